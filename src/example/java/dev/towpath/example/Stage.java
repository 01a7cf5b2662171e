package dev.towpath.example;

import dev.towpath.ChannelLayer;
import dev.towpath.LayerStatistics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Holds what the demo has set up, the layer and the JVMs, and takes all of it down again. Thread-safe. */
final class Stage implements AutoCloseable {
    /** A name of its own: demos that run at the same time have nothing to do with each other. */
    private final String prefix = "demo-" + UUID.randomUUID();

    private final List<Jvm> jvms = new ArrayList<>();
    private final ChannelLayer layer = SharedLayer.open(prefix);
    private volatile boolean closed;

    /** Starts a program. It is given the prefix, and finds the layer by it. */
    synchronized Jvm start(Class<?> program) throws IOException {
        if (closed) {
            throw new IllegalStateException("the demo is over");
        }
        Jvm jvm = Jvm.start(program, prefix);
        jvms.add(jvm);
        return jvm;
    }

    LayerStatistics statistics() {
        return layer.statistics();
    }

    boolean isClosed() {
        return closed;
    }

    /** Ends the JVMs, and deletes what the layer keeps when nobody uses it any more. */
    @Override
    public void close() {
        closed = true;
        synchronized (this) {
            jvms.forEach(Jvm::close);
            SharedLayer.delete(layer, prefix);
        }
    }
}

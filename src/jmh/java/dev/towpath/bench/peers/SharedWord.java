package dev.towpath.bench.peers;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Is a number that two JVMs see, in a small mapped file. */
final class SharedWord implements AutoCloseable {
    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;

    SharedWord(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES, arena);
        }
    }

    void set(long value) {
        WORD.setRelease(memory, 0L, value);
    }

    long get() {
        return (long) WORD.getAcquire(memory, 0L);
    }

    @Override
    public void close() {
        arena.close();
    }
}

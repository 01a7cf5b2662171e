package dev.towpath.shm;

import dev.towpath.ChannelLayer;
import dev.towpath.ChannelLayerConformance;
import dev.towpath.LayerBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.io.TempDir;

class SharedMemoryLayerConformanceTest extends ChannelLayerConformance {
    private static final long MIB = 1 << 20;

    private final AtomicLong clock = new AtomicLong(System.nanoTime());

    @TempDir
    private Path directory;

    @Override
    protected ChannelLayer create(Consumer<LayerBuilder<?>> options, List<Extra> extras) {
        boolean little = extras.contains(Extra.LITTLE_MEMORY);
        SharedMemoryLayer.Builder builder = SharedMemoryLayer.builder("conformance")
                .directory(directory)
                .messageMemory(little ? 2 * MIB : 8 * MIB)
                .groupMemory(little ? MIB / 4 : MIB)
                .evictOnExpiry(extras.contains(Extra.EVICT_ON_EXPIRY))
                .clock(clock::get);
        options.accept(builder);
        return builder.open();
    }

    @Override
    public void advance(Duration time) {
        clock.addAndGet(time.toNanos());
    }
}

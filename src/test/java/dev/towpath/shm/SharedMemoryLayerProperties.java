package dev.towpath.shm;

import dev.towpath.ChannelLayer;
import dev.towpath.ChannelLayerProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

/** Compares shared-memory layers with the model, each time in a directory of their own. */
class SharedMemoryLayerProperties extends ChannelLayerProperties {
    private Path directory = Path.of("");

    @BeforeTry
    void makeDirectory() throws IOException {
        directory = Files.createTempDirectory("towpath");
    }

    @AfterTry
    void removeDirectory() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : all) {
                Files.delete(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    protected ChannelLayer open(AtomicLong clock, boolean evictOnExpiry) {
        return configured(builder())
                .directory(directory)
                .messageMemory(4 << 20)
                .groupMemory(1 << 16)
                .evictOnExpiry(evictOnExpiry)
                .clock(clock::get)
                .open();
    }

    /** Begins to configure each layer. */
    SharedMemoryLayer.Builder builder() {
        return SharedMemoryLayer.builder("properties");
    }
}

package dev.towpath.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Keeps the files of a run in memory, and two JVMs that say how near the two cores are at a moment. */
final class Workplace implements AutoCloseable {
    private final Path root;
    private final Path log;
    private final Child left;
    private final Child right;

    Workplace(Path log) throws IOException {
        Path memory = Path.of("/dev/shm");
        root = Files.isDirectory(memory)
                ? Files.createTempDirectory(memory, "peers")
                : Files.createTempDirectory("peers");
        Runtime.getRuntime().addShutdownHook(new Thread(this::deleteQuietly));
        this.log = log;
        Files.createDirectories(log.getParent());
        Files.deleteIfExists(log);
        left = ChildJvm.start(0, log);
        right = ChildJvm.start(1, log);
        cacheLineNanos(); // warms it up
        cacheLineNanos();
    }

    Path log() {
        return log;
    }

    Path newFolder() throws IOException {
        return Files.createTempDirectory(root, "run");
    }

    /** The round trip of a cache line between the two cores just now. */
    double cacheLineNanos() throws IOException {
        Path file = root.resolve("line");
        CacheLine.create(file);
        left.tell("line", file, "left");
        right.tell("line", file, "right");
        right.answer();
        return Double.parseDouble(left.answer());
    }

    void pause(int millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    void delete(@Nullable Path folder) throws IOException {
        if (folder == null || !Files.exists(folder)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }

    /** Deletes everything when the run is broken off. */
    private void deleteQuietly() {
        try {
            delete(root);
        } catch (IOException e) {
            System.err.println("left behind: " + root);
        }
    }

    @Override
    public void close() throws IOException {
        left.close();
        right.close();
        delete(root);
    }
}

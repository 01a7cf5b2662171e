package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests participants that cannot have a socket: they ask again and again instead of sleeping in a selector. */
class NoWakeSocketTest {

    private static final int SLOTS = 16;
    private static final int RINGER = 0;
    private static final int SLEEPER = 1;

    /** Longer than any healthy wake-up takes: a sleep that ends because of it is a failure. */
    private static final long LONG_NANOS = TimeUnit.MINUTES.toNanos(1);

    @TempDir
    Path directory;

    private final List<WakeSockets> opened = new ArrayList<>();

    @AfterEach
    void closeAll() {
        opened.reversed().forEach(WakeSockets::close);
    }

    @Test
    void whereThePathIsTooLongTheSleeperPolls() {
        Path deep = directory.resolve("x".repeat(100));
        WakeSockets polling = open(slot -> deep, SLEEPER);
        assertFalse(polling.available());
        assertFalse(polling.await(3_000_000, () -> false));
        AtomicInteger asked = new AtomicInteger();
        assertTrue(polling.await(LONG_NANOS, () -> asked.incrementAndGet() == 500));
        polling.wakeUp();
        assertTrue(polling.await(LONG_NANOS, () -> false));
        assertFalse(polling.await(0, () -> false));
        polling.close();
        assertTrue(polling.await(LONG_NANOS, () -> false));
    }

    @Test
    void whoHasNoSocketCanRingOthers() {
        Path deep = directory.resolve("x".repeat(100));
        WakeSockets polling = open(slot -> slot == RINGER ? deep : path(slot), RINGER);
        WakeSockets sleeper = open(this::path, SLEEPER);
        assertTrue(sleeper.available());
        polling.ring(SLEEPER);
        polling.ring(RINGER);
        assertTrue(sleeper.await(LONG_NANOS, () -> false));
        assertTrue(polling.await(LONG_NANOS, () -> false));
    }

    @Test
    void whereSomethingIsInTheWayTheSleeperPolls() throws IOException {
        Path taken = Files.createDirectories(path(SLEEPER).resolve("taken"));
        assertFalse(open(this::path, SLEEPER).available());
        assertTrue(Files.exists(taken));
    }

    @Test
    void aDirectoryThatDoesNotExistGivesNoSocket() {
        Path missing = directory.resolve("missing").resolve("socket");
        assertFalse(open(slot -> missing, SLEEPER).available());
    }

    private WakeSockets open(IntFunction<Path> paths, int slot) {
        WakeSockets sockets = WakeSockets.open(paths, slot, SLOTS);
        opened.add(sockets);
        return sockets;
    }

    private Path path(int slot) {
        return directory.resolve(slot + ".sock");
    }
}

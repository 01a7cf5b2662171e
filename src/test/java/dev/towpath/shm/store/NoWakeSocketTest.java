package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tests participants that cannot have a socket: they ask again and again instead of sleeping in a selector. */
class NoWakeSocketTest extends WithWakeSockets {
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
        WakeSockets sleeper = open(SLEEPER);
        assertTrue(sleeper.available());
        polling.ring(SLEEPER);
        polling.ring(RINGER);
        assertTrue(sleeper.await(LONG_NANOS, () -> false));
        assertTrue(polling.await(LONG_NANOS, () -> false));
    }

    @Test
    void whereSomethingIsInTheWayTheSleeperPolls() throws IOException {
        Path taken = Files.createDirectories(path(SLEEPER).resolve("taken"));
        assertFalse(open(SLEEPER).available());
        assertTrue(Files.exists(taken));
    }

    @Test
    void aDirectoryThatDoesNotExistGivesNoSocket() {
        Path missing = directory.resolve("missing").resolve("socket");
        assertFalse(open(slot -> missing, SLEEPER).available());
    }
}

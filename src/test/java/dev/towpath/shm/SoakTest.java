package dev.towpath.shm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.shm.memory.RegionDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Tests that whoever is killed or stopped, at whatever instruction, the others go on; that no accepted message is lost,
 * but for those in the hands of killed receivers, and none comes twice; and that everything that the dead held comes
 * back. How soon is published and not judged: where the processors are busy, it says more about them.
 *
 * <p>Starting a JVM costs far more than a kill. So kills come in storms, one every 20 to 200 ms, as long as there are
 * JVMs that were started ahead; then there is a lull, in which others are stopped and go on, until there are enough
 * again.
 */
class SoakTest {

    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long ACT_SECONDS = 60;
    private static final int UNDERSTUDIES = 12;
    private static final int POLLS = 1_000;

    private final Delays recoveries = new Delays();
    private final Delays pauses = new Delays();

    @Test
    void whoeverIsKilledOrStoppedTheOthersGoOnAndNothingIsLost(TestReporter reporter) throws IOException {
        act(10, reporter);
    }

    /** Takes {@code -Dtowpath.soak.seconds}, 3,600 unless said otherwise. */
    @Test
    @Tag("stress")
    void whoeverIsKilledOrStoppedForLongTheOthersGoOnAndNothingIsLost(TestReporter reporter) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Integer.getInteger("towpath.soak.seconds", 3_600));
        while (System.nanoTime() - end < 0) {
            act(ACT_SECONDS, reporter);
        }
    }

    private void act(long seconds, TestReporter reporter) throws IOException {
        Path directory = Files.createTempDirectory(RegionDirectory.defaultBase(), "towpath-soak");
        try (Troupe troupe = new Troupe(directory, JvmKind.permitted(), UNDERSTUDIES, recoveries)) {
            troupe.awaitUnderstudies();
            Troupe.PARTS.forEach(troupe::start);
            troupe.awaitUnderstudies();
            troupe.awaitAll();
            troupe.putToSleep();
            troupe.awaitPulses();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            while (System.nanoTime() - end < 0) {
                storm(troupe);
                troupe.awaitPulses();
                lull(troupe, end);
            }
            troupe.endAll();
            troupe.balance();
            troupe.clear();
            awaitBaseline(troupe);
            troupe.requireOrder();
            reporter.publishEntry("soak", troupe.report());
            reporter.publishEntry("from kill to kill in a storm", pauses.toString());
            reporter.publishEntry("from the end of a process to its recovery", recoveries.toString());
        } finally {
            delete(directory);
        }
    }

    /** Kills until nobody is left to replace the dead. */
    private void storm(Troupe troupe) {
        long before = System.nanoTime();
        while (!troupe.isExhausted()) {
            pause();
            troupe.killAny();
            pauses.add(System.nanoTime() - before);
            before = System.nanoTime();
        }
    }

    private static void lull(Troupe troupe, long end) {
        for (int i = 0; !troupe.isComplete() && System.nanoTime() - end < 0; i++) {
            troupe.stopAny();
            troupe.goOn(i);
            pause();
            troupe.resumeAny();
        }
    }

    private static void pause() {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(SHORTEST_PAUSE_NANOS, LONGEST_PAUSE_NANOS));
    }

    private static void awaitBaseline(Troupe troupe) {
        for (int i = 0; !troupe.isBackAtBaseline(); i++) {
            assertTrue(i < POLLS, () -> "the memory of the dead does not come back: " + troupe.report());
            LockSupport.parkNanos(SHORTEST_PAUSE_NANOS);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

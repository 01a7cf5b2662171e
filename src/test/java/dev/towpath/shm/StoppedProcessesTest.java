package dev.towpath.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.Message;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a process that is stopped, wherever it is, holds up nobody and is never taken for dead. */
class StoppedProcessesTest {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final List<String> PARTS = List.of("produce", "produce", "consume", "consume", "broadcast", "churn");

    @TempDir
    private Path directory;

    @Test
    void whoeverIsStoppedTheOthersGoOnAndNothingIsLostWhenItResumes(TestReporter reporter) {
        stopFor(5, reporter);
    }

    /** Takes {@code -Dtowpath.soak.seconds}, 600 unless said otherwise. */
    @Test
    @Tag("stress")
    void whoeverIsStoppedForLongTheOthersGoOnAndNothingIsLostWhenItResumes(TestReporter reporter) {
        stopFor(Integer.getInteger("towpath.soak.seconds", 600), reporter);
    }

    private void stopFor(int seconds, TestReporter reporter) {
        try (Troupe troupe = new Troupe(directory)) {
            PARTS.forEach(troupe::start);
            troupe.awaitAll();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            int stops = 0;
            for (; System.nanoTime() - end < 0; stops++) {
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(PAUSE_NANOS));
                PeerJvm stopped = troupe.any();
                stopped.stop();
                goOnWithout(troupe, stops);
                stopped.resume();
            }
            troupe.endAll();
            troupe.balance();
            reporter.publishEntry("stops", stops + " stopped; " + troupe.report());
        }
    }

    /** Everything that the stopped one could be in the middle of, and opening, which looks for the dead. */
    private void goOnWithout(Troupe troupe, int number) {
        for (int i = 0; i < 20; i++) {
            troupe.goOn(number + i);
        }
        try (SharedMemoryLayer another = Peer.open(directory, "troupe", Troupe.CAPACITY)) {
            assertEquals(PARTS.size() + 2, another.statistics().participants());
            for (int i = 0; i < 50; i++) {
                String channel = another.newChannel("brief?");
                another.send(channel, Stamp.payload(Stamp.of(0, i)));
                assertTrue(troupe.layer.tryReceive(channel) != null);
            }
        }
    }

    @Test
    void everyProcessButOneMayBeStopped() {
        try (Troupe troupe = new Troupe(directory)) {
            PARTS.forEach(troupe::start);
            troupe.awaitAll();
            troupe.stopAll();
            for (int i = 0; i < 10; i++) {
                goOnWithout(troupe, i);
            }
            troupe.resumeAll();
            troupe.endAll();
            troupe.balance();
        }
    }

    @Test
    void aStoppedReceiverDoesNotKeepAMessageFromTheNextOne() throws InterruptedException {
        try (SharedMemoryLayer layer = Peer.open(directory, "next", 10);
                PeerJvm stopped = PeerJvm.start(Peer.class, "echo", directory, "next", 10, "work", "done", 2)) {
            stopped.expect("ready");
            layer.send("work", Stamp.payload(Stamp.of(1, 0)));
            assertTrue(layer.receive(Peer.LONG, "done") != null); // it waits for the second one soon
            stopped.stop();
            Thread sender = Thread.ofVirtual().start(() -> layer.send("work", Stamp.payload(Stamp.of(1, 1))));
            assertEquals(1, sequence(layer.receive(Peer.LONG, "work")));
            sender.join();
            stopped.resume();
            layer.send("work", Stamp.payload(Stamp.of(1, 2)));
            assertEquals(2, sequence(layer.receive(Peer.LONG, "done")));
            stopped.expect("done");
        }
    }

    private static int sequence(@Nullable Message message) {
        return message == null ? -1 : Stamp.sequence(Stamp.read(message.bytes()));
    }
}

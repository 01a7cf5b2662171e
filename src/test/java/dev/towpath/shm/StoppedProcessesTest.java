package dev.towpath.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.Background;
import dev.towpath.Message;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a process that is stopped, wherever it is, holds up nobody and is never taken for dead. */
class StoppedProcessesTest {

    @TempDir
    private Path directory;

    /** Everything that the stopped ones could be in the middle of, and opening, which looks whether they live. */
    private void goOnWithout(Troupe troupe, int number) {
        for (int i = 0; i < 20; i++) {
            troupe.goOn(number + i);
        }
        try (SharedMemoryLayer another = Peer.open(directory, Troupe.PREFIX, Troupe.CAPACITY)) {
            int others = another.statistics().participants(); // one of them opens and closes all the time
            assertTrue(others >= Troupe.PARTS.size() + 2, () -> "only " + others + " are taken for alive");
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
            Troupe.PARTS.forEach(troupe::start);
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

    @Test
    void whoOpensSweepsUpAfterTheDeadThoughAnotherLivesWhoIsStopped() {
        try (PeerJvm stopped = PeerJvm.start(Peer.class, "idle", directory, "sweep", 10);
                PeerJvm victim = PeerJvm.start(Peer.class, "idle", directory, "sweep", 10)) {
            stopped.expect("ready");
            victim.expect("ready");
            stopped.stop();
            victim.kill();
            try (SharedMemoryLayer layer = Peer.open(directory, "sweep", 10)) {
                Background.await(() -> layer.statistics().participants() <= 2);
                assertEquals(2, layer.statistics().participants());
            }
        }
    }

    private static int sequence(@Nullable Message message) {
        return message == null ? -1 : Stamp.sequence(Stamp.read(message.bytes()));
    }
}

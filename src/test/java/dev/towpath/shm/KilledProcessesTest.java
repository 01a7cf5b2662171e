package dev.towpath.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests what of a killed process stays: what it has counted, and what it has sent. */
class KilledProcessesTest {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int POLLS = 1_000;

    @TempDir
    private Path directory;

    @Test
    void whatADeadProcessHasCountedStaysCounted() {
        try (SharedMemoryLayer layer = Peer.open(directory, "counts", 10)) {
            for (int i = 1; i <= 5; i++) {
                try (PeerJvm peer = PeerJvm.start(Peer.class, "fill", directory, "counts", 10)) {
                    peer.expect("ready");
                    peer.say("full");
                    assertEquals(i == 1 ? "10" : "0", peer.readLine());
                    assertEquals(2, layer.statistics().participants());
                }
                assertEquals(100L * i, layer.statistics().channelFullCount());
                assertEquals(100L * i, layer.statistics("full").channelFullCount());
                assertEquals(10, layer.statistics().messagesCount());
                assertEquals(10, layer.statistics().messagesPending());
                awaitParticipants(layer, 1);
            }
        }
    }

    private static void awaitParticipants(SharedMemoryLayer layer, int count) {
        for (int i = 0; layer.statistics().participants() != count; i++) {
            assertTrue(i < POLLS, "the dead are not noticed");
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    @Test
    void whoOpensARegionOfWhichAllAreDeadRecoversItBeforeAnythingElse() {
        for (int i = 0; i < 3; i++) {
            try (PeerJvm peer = PeerJvm.start(Peer.class, "fill", directory, "all-dead", 10)) {
                peer.expect("ready");
                peer.say("channel." + i);
                assertEquals("10", peer.readLine());
            }
        }
        try (SharedMemoryLayer layer = Peer.open(directory, "all-dead", 10)) {
            assertEquals(1, layer.statistics().participants());
            assertEquals(30, layer.statistics().messagesPending());
            for (int i = 0; i < 30; i++) {
                assertTrue(layer.tryReceive("channel.0", "channel.1", "channel.2") != null);
            }
        }
    }
}

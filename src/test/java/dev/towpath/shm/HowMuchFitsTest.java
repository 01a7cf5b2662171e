package dev.towpath.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.GroupFullException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shows that the tables can be filled to the last record: their indexes do not overflow before. */
class HowMuchFitsTest {

    private static final int RECORD_BYTES = 120;
    private static final int SLAB_BYTES = 84_616;
    private static final int CHANNELS_PER_SLAB = 32;

    @TempDir
    private Path directory;

    private SharedMemoryLayer open() {
        return SharedMemoryLayer.builder("fill")
                .directory(directory)
                .messageMemory(4 << 20)
                .groupMemory(1 << 20)
                .open();
    }

    @Test
    void everyRecordOfTheGroupMemoryCanBeAMembership() {
        try (SharedMemoryLayer layer = open()) {
            int added = 0;
            try {
                while (true) {
                    layer.group("room").add(String.format("specific.member-%020d", added));
                    added++;
                }
            } catch (GroupFullException e) {
                assertEquals((1 << 20) / RECORD_BYTES - 1, added, "all records but that of the group");
            }
            assertTrue(added >= 8_000, "memberships in a MiB");
            assertEquals(added, layer.group("room").size());
        }
    }

    @Test
    void everyChannelRecordCanBeUsedAtOnce() {
        try (SharedMemoryLayer layer = open()) {
            int sent = 0;
            while (layer.trySend("channel-" + sent, new byte[8])) {
                sent++;
            }
            assertEquals((4 << 20) / SLAB_BYTES * CHANNELS_PER_SLAB, sent, "every channel record");
            assertEquals(sent, layer.statistics().channels());
        }
    }
}

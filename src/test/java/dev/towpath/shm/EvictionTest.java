package dev.towpath.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shows who leaves his groups when a message expires unread: whoever notices it. */
class EvictionTest {

    private static final Duration EXPIRY = Duration.ofSeconds(10);

    private final AtomicLong nanos = new AtomicLong(System.nanoTime());

    @TempDir
    private Path directory;

    private SharedMemoryLayer open(boolean evict) {
        return SharedMemoryLayer.builder("evict")
                .directory(directory)
                .messageMemory(1 << 20)
                .groupMemory(64 << 10)
                .expiry(EXPIRY)
                .clock(nanos::get)
                .evictOnExpiry(evict)
                .open();
    }

    @Test
    void aReceiverThatMeetsAnExpiredMessageEvictsTheNameThatItWasSentTo() {
        try (SharedMemoryLayer layer = open(true)) {
            for (String name : Set.of("plain", "local!a", "local!b")) {
                layer.group("g").add(name);
            }
            layer.send("plain", new byte[1]);
            layer.send("local!a", new byte[1_000]);
            nanos.addAndGet(EXPIRY.toNanos());
            assertNull(layer.tryReceive("plain"));
            assertEquals(0, layer.receiver("local!").drain((channel, payload) -> {}, 10));
            assertEquals(Set.of("local!b"), layer.group("g").channels());
        }
    }

    @Test
    void aReceiverEvictsNobodyUnlessAsked() {
        try (SharedMemoryLayer layer = open(false)) {
            layer.group("g").add("plain");
            layer.send("plain", new byte[1]);
            nanos.addAndGet(EXPIRY.toNanos());
            assertNull(layer.tryReceive("plain"));
            assertEquals(Set.of("plain"), layer.group("g").channels());
        }
    }
}

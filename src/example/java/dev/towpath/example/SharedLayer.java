package dev.towpath.example;

import dev.towpath.ChannelLayer;
import dev.towpath.shm.SharedMemoryLayer;
import java.time.Duration;

/** Opens the layer that joins the programs: the one place that says which layer it is, and with which options. */
final class SharedLayer {
    private SharedLayer() {}

    static ChannelLayer open(String prefix) {
        return SharedMemoryLayer.builder(prefix)
                .messageMemory(16L << 20) // with the next line, little enough for a container's 64 MB of /dev/shm
                .groupMemory(1L << 20)
                .capacity("http.request", 50) // visitors beyond these wait at the gateway
                .expiry(Duration.ofSeconds(10)) // nobody waits longer for an answer
                .open();
    }

    static void delete(String prefix) {
        SharedMemoryLayer.delete(prefix);
    }
}

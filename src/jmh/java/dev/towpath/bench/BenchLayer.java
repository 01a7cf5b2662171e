package dev.towpath.bench;

import dev.towpath.ChannelLayer;
import dev.towpath.MessageHandler;
import dev.towpath.Receiver;
import dev.towpath.shm.SharedMemoryLayer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** Opens a region that no other program uses, and deletes it when it is closed. */
final class BenchLayer implements AutoCloseable {
    private static final MessageHandler IGNORE = (channel, payload) -> {};

    private final String prefix = "bench-" + UUID.randomUUID();
    private final SharedMemoryLayer layer;

    private BenchLayer(long messageMemory, int capacity) {
        layer = SharedMemoryLayer.builder(prefix)
                .messageMemory(messageMemory)
                .capacity(capacity)
                .open();
    }

    static BenchLayer open() {
        return new BenchLayer(100L << 20, 1_000);
    }

    static BenchLayer open(long messageMemory, int capacity) {
        return new BenchLayer(messageMemory, capacity);
    }

    ChannelLayer layer() {
        return layer;
    }

    @Override
    public void close() {
        layer.close();
        SharedMemoryLayer.delete(prefix);
    }

    /** Takes everything out of the channels of a receiver. */
    static void empty(Receiver receiver) {
        while (receiver.drain(IGNORE, Integer.MAX_VALUE) > 0) {
            Thread.onSpinWait();
        }
    }

    /** A message as a web server sends it, about 200 bytes once it is encoded. */
    static Map<String, Object> map() {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("type", "http.request");
        message.put("method", "GET");
        message.put("path", "/rooms/42/messages");
        message.put("query", "since=1700000000&limit=50");
        message.put("reply_channel", "http.response?kGhTbQzWpLxN");
        message.put("id", 123_456_789L);
        message.put("secure", true);
        message.put("user", Map.of("name", "alice", "id", 42));
        message.put("body", new byte[24]);
        return message;
    }
}

package dev.towpath.bench;

import dev.towpath.ChannelLayer;
import dev.towpath.MessageHandler;
import dev.towpath.Receiver;
import dev.towpath.shm.SharedMemoryLayer;
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
}

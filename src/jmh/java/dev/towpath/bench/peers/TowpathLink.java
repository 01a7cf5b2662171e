package dev.towpath.bench.peers;

import dev.towpath.ChannelLayer;
import dev.towpath.Message;
import dev.towpath.MessageHandler;
import dev.towpath.Receiver;
import dev.towpath.Sender;
import dev.towpath.shm.SharedMemoryLayer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends through two channels of a shared-memory layer; all links of one JVM share the layer. */
final class TowpathLink implements Link {
    private static final int CAPACITY = Integer.getInteger("peers.capacity", 10_000);
    private static final Map<String, SharedMemoryLayer> LAYERS = new HashMap<>();

    private final Sender sender;
    private final Receiver receiver;
    private final MessageHandler look = this::look;
    private long seen;

    TowpathLink(Endpoint endpoint) {
        ChannelLayer layer = layer(endpoint);
        sender = layer.sender(endpoint.out());
        receiver = layer.receiver(endpoint.in());
    }

    private static synchronized ChannelLayer layer(Endpoint endpoint) {
        return LAYERS.computeIfAbsent(endpoint.unique(), prefix -> SharedMemoryLayer.builder(prefix)
                .directory(endpoint.folder())
                .capacity(CAPACITY)
                .open());
    }

    private void look(String channel, MemorySegment payload) {
        seen += payload.get(ValueLayout.JAVA_BYTE, 0) + payload.byteSize();
    }

    @Override
    public boolean offer(byte[] message) {
        return sender.trySend(message);
    }

    @Override
    public int offerAll(List<byte[]> messages) {
        return sender.sendAll(messages);
    }

    @Override
    public boolean offerMap(Map<String, Object> message) {
        return sender.trySend(message);
    }

    @Override
    public int poll(int limit) {
        if (limit > 1) {
            return receiver.drain(look, limit);
        }
        return tryTake() < 0 ? 0 : 1;
    }

    @Override
    public int tryTake() {
        Message message = receiver.tryReceive();
        return message == null ? -1 : message.bytes()[0];
    }

    @Override
    public @Nullable Map<?, ?> tryTakeMap() {
        Message message = receiver.tryReceive();
        return message == null ? null : message.map();
    }

    @Override
    public int take() throws InterruptedException {
        return receiver.receive().bytes()[0];
    }

    @Override
    public void close() {
        synchronized (TowpathLink.class) {
            LAYERS.values().forEach(SharedMemoryLayer::close);
            LAYERS.clear();
        }
    }
}

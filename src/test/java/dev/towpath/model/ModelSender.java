package dev.towpath.model;

import dev.towpath.ChannelFullException;
import dev.towpath.Sender;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sends to a queue of the model. */
final class ModelSender implements Sender {
    private final ModelLayer layer;
    private final World world;
    private final String channel;
    private final int capacity;

    ModelSender(ModelLayer layer, String channel) {
        this.layer = layer;
        this.world = layer.world;
        this.channel = channel;
        this.capacity = layer.capacityRules.capacityOf(channel);
    }

    @Override
    public String channel() {
        return channel;
    }

    @Override
    public void send(Map<String, ?> message) {
        put(layer.checked(message));
    }

    @Override
    public void send(byte[] payload) {
        put(layer.checked(payload));
    }

    @Override
    public void send(MemorySegment payload) {
        put(layer.checked(payload));
    }

    @Override
    public boolean trySend(Map<String, ?> message) {
        return tryPut(layer.checked(message));
    }

    @Override
    public boolean trySend(byte[] payload) {
        return tryPut(layer.checked(payload));
    }

    @Override
    public boolean trySend(MemorySegment payload) {
        return tryPut(layer.checked(payload));
    }

    @Override
    public void send(Map<String, ?> message, Duration timeout) throws InterruptedException {
        put(layer.checked(message), ModelLayer.nanos(timeout));
    }

    @Override
    public void send(byte[] payload, Duration timeout) throws InterruptedException {
        put(layer.checked(payload), ModelLayer.nanos(timeout));
    }

    @Override
    public void send(MemorySegment payload, Duration timeout) throws InterruptedException {
        put(layer.checked(payload), ModelLayer.nanos(timeout));
    }

    @Override
    public int sendAll(List<byte[]> payloads) {
        Objects.requireNonNull(payloads, "payloads");
        List<byte[]> checked = payloads.stream().map(layer::checked).toList();
        return layer.locked(now -> {
            int sent = 0;
            while (sent < checked.size() && refusal(checked.get(sent)) == null) {
                world.put(layer.stored(channel, checked.get(sent), now));
                sent++;
            }
            if (sent < checked.size()) {
                world.countRefusal(channel);
            }
            return sent;
        });
    }

    private void put(byte[] payload) {
        layer.locked(now -> {
            ChannelFullException full = refusal(payload);
            if (full != null) {
                world.countRefusal(channel);
                throw full;
            }
            world.put(layer.stored(channel, payload, now));
            return null;
        });
    }

    private boolean tryPut(byte[] payload) {
        try {
            put(payload);
            return true;
        } catch (ChannelFullException full) {
            return false;
        }
    }

    /** Says why there is no room for a message now, if so. */
    private @Nullable ChannelFullException refusal(byte[] payload) {
        if (world.isAtCapacity(channel, capacity)) {
            return ChannelFullException.atCapacity(channel, capacity);
        }
        return world.hasRoom(payload.length) ? null : ChannelFullException.outOfMemory(channel, capacity);
    }

    private void put(byte[] payload, long timeoutNanos) throws InterruptedException {
        long remaining = timeoutNanos;
        world.lock.lockInterruptibly();
        try {
            layer.requireOpen();
            world.nowWithoutExpired();
            while (refusal(payload) != null && remaining > 0) {
                long look = Math.min(remaining, World.LOOK_NANOS);
                remaining -= look - Math.min(world.changed.awaitNanos(look), look);
                layer.requireOpen();
                world.nowWithoutExpired();
            }
            put(payload);
        } finally {
            world.lock.unlock();
        }
    }
}

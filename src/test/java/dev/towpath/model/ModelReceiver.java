package dev.towpath.model;

import dev.towpath.Message;
import dev.towpath.MessageHandler;
import dev.towpath.Receiver;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Receives from queues of the model in turn, starting with any. */
final class ModelReceiver implements Receiver {
    private final ModelLayer layer;
    private final World world;
    private final List<String> channels;
    private int turn;

    ModelReceiver(ModelLayer layer, List<String> channels) {
        this.layer = layer;
        this.world = layer.world;
        this.channels = channels;
        this.turn = ThreadLocalRandom.current().nextInt(channels.size());
    }

    ModelLayer layer() {
        return layer;
    }

    @Override
    public List<String> channels() {
        return channels;
    }

    @Override
    public Message receive() throws InterruptedException {
        return Objects.requireNonNull(poll(Long.MAX_VALUE));
    }

    @Override
    public @Nullable Message receive(Duration timeout) throws InterruptedException {
        return poll(ModelLayer.nanos(timeout));
    }

    private @Nullable Message poll(long timeoutNanos) throws InterruptedException {
        long remaining = timeoutNanos;
        world.lock.lockInterruptibly();
        try {
            Message message = tryReceive();
            while (message == null && remaining > 0) {
                long look = Math.min(remaining, World.LOOK_NANOS);
                long left = Math.min(world.changed.awaitNanos(look), look);
                remaining = timeoutNanos == Long.MAX_VALUE ? remaining : remaining - (look - left);
                message = tryReceive();
            }
            return message;
        } finally {
            world.lock.unlock();
        }
    }

    @Override
    public @Nullable Message tryReceive() {
        return layer.locked(now -> poll());
    }

    @Override
    public CompletableFuture<Message> receiveAsync() {
        PendingReceive pending = new PendingReceive(this);
        layer.locked(now -> world.pending.add(pending));
        return pending;
    }

    @Override
    public int drain(MessageHandler handler, int limit) {
        Objects.requireNonNull(handler, "handler");
        if (limit < 0) {
            throw new IllegalArgumentException("bad limit " + limit + ": it must be at least 0");
        }
        layer.locked(now -> null);
        int taken = 0;
        while (taken < limit) {
            Message message = tryReceive();
            if (message == null) {
                return taken;
            }
            handler.onMessage(message.channel(), MemorySegment.ofArray(message.bytes()));
            taken++;
        }
        return taken;
    }

    boolean hasMessage() {
        return channels.stream()
                .anyMatch(name -> world.queues.containsKey(name)
                        && !world.queues.get(name).waiting.isEmpty());
    }

    /** Takes a message of the next channel that has one, in turn. */
    @Nullable
    Message poll() {
        for (int i = 0; i < channels.size(); i++) {
            turn = (turn + 1) % channels.size();
            World.Stored stored = world.poll(channels.get(turn));
            if (stored != null) {
                return layer.message(stored);
            }
        }
        return null;
    }
}

package dev.towpath.wire;

import dev.towpath.ChannelFullException;
import dev.towpath.Sender;
import dev.towpath.waiting.Backoff;
import dev.towpath.waiting.Deadline;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Makes a map of each message that is sent to a channel, whatever it comes as, and tries to send that once or until a
 * time is over.
 */
public abstract class EncodingSender implements Sender {
    /** What became of a map. */
    protected enum Outcome {
        /** It is on the server. */
        SENT,
        /** The channel was full. */
        CHANNEL_FULL,
        /** The server had no memory for it. */
        MEMORY_FULL
    }

    private static final Duration FIRST_PAUSE = Duration.ofMillis(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);

    private final Payloads payloads;
    private final String channel;
    private final int capacity;

    /** Creates a sender to a channel with a capacity. */
    protected EncodingSender(Payloads payloads, String channel, int capacity) {
        this.payloads = payloads;
        this.channel = channel;
        this.capacity = capacity;
    }

    /**
     * Tries to send a map.
     *
     * @param counted whether a refusal is counted
     */
    protected abstract Outcome attempt(byte[] map, boolean counted);

    /** Sends maps in their order as far as there is room, and gives how many. */
    protected abstract int sendMaps(List<byte[]> maps);

    /** Waits between two attempts. */
    protected abstract void pause(long nanos) throws InterruptedException;

    /** Gives how many messages may wait in the channel. */
    protected final int capacity() {
        return capacity;
    }

    @Override
    public final String channel() {
        return channel;
    }

    @Override
    public final void send(Map<String, ?> message) {
        requireSent(attempt(payloads.encode(message), true));
    }

    @Override
    public final void send(byte[] payload) {
        requireSent(attempt(payloads.wrap(payload), true));
    }

    @Override
    public final void send(MemorySegment payload) {
        requireSent(attempt(payloads.wrap(payload), true));
    }

    @Override
    public final boolean trySend(Map<String, ?> message) {
        return attempt(payloads.encode(message), true) == Outcome.SENT;
    }

    @Override
    public final boolean trySend(byte[] payload) {
        return attempt(payloads.wrap(payload), true) == Outcome.SENT;
    }

    @Override
    public final boolean trySend(MemorySegment payload) {
        return attempt(payloads.wrap(payload), true) == Outcome.SENT;
    }

    @Override
    public final void send(Map<String, ?> message, Duration timeout) throws InterruptedException {
        sendWithin(payloads.encode(message), timeout);
    }

    @Override
    public final void send(byte[] payload, Duration timeout) throws InterruptedException {
        sendWithin(payloads.wrap(payload), timeout);
    }

    @Override
    public final void send(MemorySegment payload, Duration timeout) throws InterruptedException {
        sendWithin(payloads.wrap(payload), timeout);
    }

    @Override
    public final int sendAll(List<byte[]> messages) {
        Objects.requireNonNull(messages, "payloads");
        return sendMaps(messages.stream().map(payloads::wrap).toList());
    }

    /** Tries again and again: that there is room is something no server tells. Only the last refusal counts. */
    private void sendWithin(byte[] map, Duration timeout) throws InterruptedException {
        Deadline deadline = Deadline.after(timeout);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
        while (!deadline.isOver()) {
            if (attempt(map, false) == Outcome.SENT) {
                return;
            }
            pause(Math.min(backoff.nextNanos(), Math.max(0, deadline.leftNanos())));
        }
        requireSent(attempt(map, true));
    }

    private void requireSent(Outcome outcome) {
        if (outcome == Outcome.CHANNEL_FULL) {
            throw ChannelFullException.atCapacity(channel, capacity);
        }
        if (outcome == Outcome.MEMORY_FULL) {
            throw ChannelFullException.outOfMemory(channel, capacity);
        }
    }
}

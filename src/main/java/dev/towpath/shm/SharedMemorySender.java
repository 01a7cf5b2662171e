package dev.towpath.shm;

import dev.towpath.ChannelFullException;
import dev.towpath.Sender;
import dev.towpath.shm.store.Mailbox;
import dev.towpath.shm.store.MessageStore.Outcome;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Sends to one channel of a shared-memory layer. */
final class SharedMemorySender implements Sender {

    private final SharedMemoryLayer layer;
    private final String channel;
    private final Mailbox mailbox;

    SharedMemorySender(SharedMemoryLayer layer, String channel, Mailbox mailbox) {
        this.layer = layer;
        this.channel = channel;
        this.mailbox = mailbox;
    }

    @Override
    public String channel() {
        return channel;
    }

    @Override
    public void send(Map<String, ?> message) {
        requireSent(offer(layer.encode(message)));
    }

    @Override
    public void send(byte[] payload) {
        requireSent(offer(payload(payload)));
    }

    @Override
    public void send(MemorySegment payload) {
        requireSent(offer(payload));
    }

    @Override
    public boolean trySend(Map<String, ?> message) {
        return offer(layer.encode(message)) == Outcome.SENT;
    }

    @Override
    public boolean trySend(byte[] payload) {
        return offer(payload(payload)) == Outcome.SENT;
    }

    @Override
    public boolean trySend(MemorySegment payload) {
        return offer(payload) == Outcome.SENT;
    }

    @Override
    public void send(Map<String, ?> message, Duration timeout) throws InterruptedException {
        sendWithin(layer.encode(message), timeout);
    }

    @Override
    public void send(byte[] payload, Duration timeout) throws InterruptedException {
        sendWithin(payload(payload), timeout);
    }

    @Override
    public void send(MemorySegment payload, Duration timeout) throws InterruptedException {
        sendWithin(payload, timeout);
    }

    @Override
    public int sendAll(List<byte[]> payloads) {
        Objects.requireNonNull(payloads, "payloads");
        for (byte[] payload : payloads) {
            layer.requireLength(Objects.requireNonNull(payload, "payload").length);
        }
        layer.requireOpen();
        try {
            return layer.store().messages().sendAll(mailbox, payloads);
        } catch (RuntimeException e) {
            throw layer.translate(e);
        }
    }

    private static MemorySegment payload(byte[] payload) {
        return MemorySegment.ofArray(Objects.requireNonNull(payload, "payload"));
    }

    /** Sends if there is room, and counts a refusal. */
    private Outcome offer(MemorySegment payload) {
        Outcome outcome = attempt(payload);
        if (outcome != Outcome.SENT) {
            countRefused();
        }
        return outcome;
    }

    private Outcome attempt(MemorySegment payload) {
        layer.requireLength(Objects.requireNonNull(payload, "payload").byteSize());
        layer.requireOpen();
        try {
            return layer.store().messages().send(mailbox, payload);
        } catch (RuntimeException e) {
            throw layer.translate(e);
        }
    }

    private void countRefused() {
        try {
            layer.store().messages().countRefused(mailbox);
        } catch (RuntimeException e) {
            throw layer.translate(e);
        }
    }

    private void requireSent(Outcome outcome) {
        if (outcome == Outcome.CHANNEL_FULL) {
            throw ChannelFullException.atCapacity(channel, mailbox.capacity());
        }
        if (outcome == Outcome.MEMORY_FULL) {
            throw ChannelFullException.outOfMemory(channel, mailbox.capacity());
        }
    }

    /** Tries again whenever there is room; a refusal counts once, at the end. */
    private void sendWithin(MemorySegment payload, Duration timeout) throws InterruptedException {
        long deadline = Timeouts.deadlineOf(timeout);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Outcome[] last = {attempt(payload)};
        if (last[0] != Outcome.SENT && deadline - System.nanoTime() > 0) {
            try {
                layer.store().waits().forRoom(mailbox, () -> (last[0] = attempt(payload)) == Outcome.SENT, deadline);
            } catch (RuntimeException e) {
                throw layer.translate(e);
            }
        }
        if (last[0] != Outcome.SENT) {
            countRefused();
            requireSent(last[0]);
        }
    }
}

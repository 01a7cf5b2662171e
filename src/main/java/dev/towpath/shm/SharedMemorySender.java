package dev.towpath.shm;

import dev.towpath.ChannelFullException;
import dev.towpath.Sender;
import dev.towpath.shm.store.Mailbox;
import dev.towpath.shm.store.MessageStore.Outcome;
import dev.towpath.waiting.Deadline;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

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
        requireSent(counted(attempt(layer.encode(message))));
    }

    @Override
    public void send(byte[] payload) {
        requireSent(counted(attempt(payload)));
    }

    @Override
    public void send(MemorySegment payload) {
        requireSent(counted(attempt(payload)));
    }

    @Override
    public boolean trySend(Map<String, ?> message) {
        return counted(attempt(layer.encode(message))) == Outcome.SENT;
    }

    @Override
    public boolean trySend(byte[] payload) {
        return counted(attempt(payload)) == Outcome.SENT;
    }

    @Override
    public boolean trySend(MemorySegment payload) {
        return counted(attempt(payload)) == Outcome.SENT;
    }

    @Override
    public void send(Map<String, ?> message, Duration timeout) throws InterruptedException {
        byte[] payload = layer.encode(message);
        sendWithin(() -> attempt(payload), timeout);
    }

    @Override
    public void send(byte[] payload, Duration timeout) throws InterruptedException {
        sendWithin(() -> attempt(payload), timeout);
    }

    @Override
    public void send(MemorySegment payload, Duration timeout) throws InterruptedException {
        sendWithin(() -> attempt(payload), timeout);
    }

    @Override
    public int sendAll(List<byte[]> payloads) {
        Objects.requireNonNull(payloads, "payloads");
        for (byte[] payload : payloads) {
            layer.lengthLimit().require(Objects.requireNonNull(payload, "payload").length, mailbox);
        }
        layer.requireOpen();
        try {
            return layer.store().messages().sendAll(mailbox, payloads);
        } catch (RuntimeException e) {
            throw layer.translate(e);
        }
    }

    private Outcome attempt(byte[] payload) {
        layer.lengthLimit().require(Objects.requireNonNull(payload, "payload").length, mailbox);
        layer.requireOpen();
        try {
            return layer.store().messages().send(mailbox, payload);
        } catch (RuntimeException e) {
            throw layer.translate(e);
        }
    }

    private Outcome attempt(MemorySegment payload) {
        layer.lengthLimit().require(Objects.requireNonNull(payload, "payload").byteSize(), mailbox);
        layer.requireOpen();
        try {
            return layer.store().messages().send(mailbox, payload);
        } catch (RuntimeException e) {
            throw layer.translate(e);
        }
    }

    /** Counts a refusal. */
    private Outcome counted(Outcome outcome) {
        if (outcome != Outcome.SENT) {
            countRefused();
        }
        return outcome;
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
    private void sendWithin(Supplier<Outcome> attempt, Duration timeout) throws InterruptedException {
        long deadline = Deadline.after(timeout).nanos();
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Outcome[] last = {attempt.get()};
        if (last[0] != Outcome.SENT && deadline - System.nanoTime() > 0) {
            try {
                layer.store().waits().forRoom(mailbox, () -> (last[0] = attempt.get()) == Outcome.SENT, deadline);
            } catch (RuntimeException e) {
                throw layer.translate(e);
            }
        }
        requireSent(counted(last[0]));
    }
}

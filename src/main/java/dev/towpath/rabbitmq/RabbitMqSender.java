package dev.towpath.rabbitmq;

import dev.towpath.ChannelFullException;
import dev.towpath.Sender;
import dev.towpath.rabbitmq.Publication.Fate;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Sends to one channel of a RabbitMQ layer. */
final class RabbitMqSender implements Sender {
    private final Payloads payloads;
    private final Engine engine;
    private final Address address;
    private final int capacity;

    RabbitMqSender(Engine engine, Address address, int capacity) {
        this.payloads = engine.payloads();
        this.engine = engine;
        this.address = address;
        this.capacity = capacity;
    }

    @Override
    public String channel() {
        return address.channel();
    }

    @Override
    public void send(Map<String, ?> message) {
        requireSent(attempt(payloads.encode(message)));
    }

    @Override
    public void send(byte[] payload) {
        requireSent(attempt(payloads.wrap(payload)));
    }

    @Override
    public void send(MemorySegment payload) {
        requireSent(attempt(payloads.wrap(payload)));
    }

    @Override
    public boolean trySend(Map<String, ?> message) {
        return counted(attempt(payloads.encode(message))) == Fate.ACCEPTED;
    }

    @Override
    public boolean trySend(byte[] payload) {
        return counted(attempt(payloads.wrap(payload))) == Fate.ACCEPTED;
    }

    @Override
    public boolean trySend(MemorySegment payload) {
        return counted(attempt(payloads.wrap(payload))) == Fate.ACCEPTED;
    }

    @Override
    public void send(Map<String, ?> message, Duration timeout) throws InterruptedException {
        sendWithin(payloads.encode(message), timeout);
    }

    @Override
    public void send(byte[] payload, Duration timeout) throws InterruptedException {
        sendWithin(payloads.wrap(payload), timeout);
    }

    @Override
    public void send(MemorySegment payload, Duration timeout) throws InterruptedException {
        sendWithin(payloads.wrap(payload), timeout);
    }

    @Override
    public int sendAll(List<byte[]> payloads) {
        Objects.requireNonNull(payloads, "payloads");
        List<byte[]> maps = payloads.stream().map(this.payloads::wrap).toList();
        int sent = 0;
        // One by one: of several on their way, a later one may find room that an earlier one did not, and the broker
        // cannot be told to refuse it as well.
        while (sent < maps.size() && counted(attempt(maps.get(sent))) == Fate.ACCEPTED) {
            sent++;
        }
        return sent;
    }

    private Fate attempt(byte[] map) {
        return engine.send(address, Parcel.toChannel(map, address.channel()));
    }

    /** Counts a refusal. */
    private Fate counted(Fate fate) {
        if (fate != Fate.ACCEPTED) {
            engine.tally().countFull(address);
        }
        return fate;
    }

    private void requireSent(Fate fate) {
        if (counted(fate) == Fate.MEMORY_FULL) {
            throw ChannelFullException.outOfMemory(address.channel(), capacity);
        }
        if (fate != Fate.ACCEPTED) {
            throw ChannelFullException.atCapacity(address.channel(), capacity);
        }
    }

    /** Tries again and again, as the broker does not say when there is room; a refusal counts once, at the end. */
    private void sendWithin(byte[] map, Duration timeout) throws InterruptedException {
        Deadline deadline = Deadline.after(timeout);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Backoff backoff = Backoff.forRoom();
        Fate fate = attempt(map);
        while (fate != Fate.ACCEPTED && !deadline.isOver()) {
            engine.pause(Math.min(backoff.nextNanos(), Math.max(0, deadline.leftNanos())));
            fate = attempt(map);
        }
        requireSent(fate);
    }
}

package dev.towpath.redis;

import dev.towpath.ChannelFullException;
import dev.towpath.Names;
import dev.towpath.Sender;
import dev.towpath.wire.Envelope;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Sends to one channel of a Redis layer. */
final class RedisSender implements Sender {
    private static final int BATCH_MESSAGES = 128;
    private static final int BATCH_BYTES = 1 << 20;
    private static final byte[] NOT_COUNTED = {'0'};
    private static final byte[] COUNTED = {'1'};

    private enum Outcome {
        SENT,
        CHANNEL_FULL,
        MEMORY_FULL
    }

    private final Servers servers;
    private final String channel;
    private final String queue;
    private final int capacity;

    RedisSender(Servers servers, String channel) {
        this.servers = servers;
        this.channel = channel;
        this.queue = Names.queueOf(channel);
        this.capacity = servers.settings().capacityRules().capacityOf(channel);
    }

    @Override
    public String channel() {
        return channel;
    }

    @Override
    public void send(Map<String, ?> message) {
        requireSent(attempt(servers.format().map(message), COUNTED));
    }

    @Override
    public void send(byte[] payload) {
        requireSent(attempt(servers.format().map(payload), COUNTED));
    }

    @Override
    public void send(MemorySegment payload) {
        requireSent(attempt(servers.format().map(payload), COUNTED));
    }

    @Override
    public boolean trySend(Map<String, ?> message) {
        return attempt(servers.format().map(message), COUNTED) == Outcome.SENT;
    }

    @Override
    public boolean trySend(byte[] payload) {
        return attempt(servers.format().map(payload), COUNTED) == Outcome.SENT;
    }

    @Override
    public boolean trySend(MemorySegment payload) {
        return attempt(servers.format().map(payload), COUNTED) == Outcome.SENT;
    }

    @Override
    public void send(Map<String, ?> message, Duration timeout) throws InterruptedException {
        sendWithin(servers.format().map(message), timeout);
    }

    @Override
    public void send(byte[] payload, Duration timeout) throws InterruptedException {
        sendWithin(servers.format().map(payload), timeout);
    }

    @Override
    public void send(MemorySegment payload, Duration timeout) throws InterruptedException {
        sendWithin(servers.format().map(payload), timeout);
    }

    /** Tries again and again: that there is room is something no server tells. Only the last refusal counts. */
    private void sendWithin(byte[] map, Duration timeout) throws InterruptedException {
        long deadline = Deadlines.after(timeout);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Backoff backoff = Backoff.ofSending();
        while (Deadlines.left(deadline) > 0) {
            if (attempt(map, NOT_COUNTED) == Outcome.SENT) {
                return;
            }
            TimeUnit.NANOSECONDS.sleep(Math.min(backoff.nextNanos(), Deadlines.left(deadline)));
        }
        requireSent(attempt(map, COUNTED));
    }

    private Outcome attempt(byte[] map, byte[] counted) {
        Hub hub = servers.toSendTo(queue);
        try {
            return send(hub, List.of(member(hub, map)), counted) == 1 ? Outcome.SENT : Outcome.CHANNEL_FULL;
        } catch (ServerMemoryException e) {
            return Outcome.MEMORY_FULL;
        }
    }

    /** Sends members as far as there is room, and gives how many. */
    private int send(Hub hub, List<byte[]> members, byte[] counted) {
        servers.requireOpen();
        List<byte[]> arguments = new ArrayList<>(3 + members.size());
        arguments.add(servers.settings().expiryMillis());
        arguments.add(Keys.bytes(Integer.toString(capacity)));
        arguments.add(counted);
        arguments.addAll(members);
        Keys keys = servers.keys();
        List<byte[]> touched = List.of(keys.queue(queue), keys.statistics());
        return (int) Replies.number(hub.shard().run(Script.SEND, touched, arguments));
    }

    private byte[] member(Hub hub, byte[] map) {
        byte[] marked = queue.endsWith("!") ? Envelope.marked(map, Envelope.CHANNEL_KEY, channel) : map;
        return servers.format().member(marked, hub.shard().clock().now());
    }

    private void requireSent(Outcome outcome) {
        if (outcome == Outcome.CHANNEL_FULL) {
            throw ChannelFullException.atCapacity(channel, capacity);
        }
        if (outcome == Outcome.MEMORY_FULL) {
            throw ChannelFullException.outOfMemory(channel, capacity);
        }
    }

    /** Sends all to one server, so that they keep their order, in steps that do not hold it up for long. */
    @Override
    public int sendAll(List<byte[]> payloads) {
        Objects.requireNonNull(payloads, "payloads");
        List<byte[]> maps = payloads.stream().map(servers.format()::map).toList();
        servers.requireOpen();
        Hub hub = servers.toSendTo(queue);
        int sent = 0;
        while (sent < maps.size()) {
            List<byte[]> batch = batch(hub, maps, sent);
            int taken = sendBatch(hub, batch);
            sent += taken;
            if (taken < batch.size()) {
                return sent;
            }
        }
        return sent;
    }

    private int sendBatch(Hub hub, List<byte[]> batch) {
        try {
            return send(hub, batch, COUNTED);
        } catch (ServerMemoryException e) {
            return 0;
        }
    }

    private List<byte[]> batch(Hub hub, List<byte[]> maps, int from) {
        List<byte[]> batch = new ArrayList<>();
        int bytes = 0;
        for (int i = from; i < maps.size() && batch.size() < BATCH_MESSAGES && bytes < BATCH_BYTES; i++) {
            byte[] member = member(hub, maps.get(i));
            bytes += member.length;
            batch.add(member);
        }
        return batch;
    }
}

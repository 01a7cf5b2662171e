package dev.towpath.redis;

import dev.towpath.Names;
import dev.towpath.wire.EncodingSender;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Sends to one channel of a Redis layer. */
final class RedisSender extends EncodingSender {
    private static final int BATCH_MESSAGES = 128;
    private static final int BATCH_BYTES = 1 << 20;
    private static final byte[] NOT_COUNTED = {'0'};
    private static final byte[] COUNTED = {'1'};

    private final Servers servers;
    private final String queue;

    RedisSender(Servers servers, String channel) {
        super(servers.payloads(), channel, servers.settings().capacityRules().capacityOf(channel));
        this.servers = servers;
        this.queue = Names.queueOf(channel);
    }

    @Override
    protected void pause(long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(nanos);
    }

    @Override
    protected Outcome attempt(byte[] map, boolean counted) {
        Hub hub = servers.toSendTo(queue);
        try {
            return send(hub, List.of(member(hub, map)), counted) == 1 ? Outcome.SENT : Outcome.CHANNEL_FULL;
        } catch (ServerMemoryException e) {
            return Outcome.MEMORY_FULL;
        }
    }

    /** Sends members as far as there is room, and gives how many. */
    private int send(Hub hub, List<byte[]> members, boolean counted) {
        servers.requireOpen();
        List<byte[]> arguments = new ArrayList<>(3 + members.size());
        arguments.add(servers.settings().expiryMillis());
        arguments.add(Keys.bytes(Integer.toString(capacity())));
        arguments.add(counted ? COUNTED : NOT_COUNTED);
        arguments.addAll(members);
        Keys keys = servers.keys();
        List<byte[]> touched = List.of(keys.queue(queue), keys.statistics());
        return (int) Replies.number(hub.shard().run(Script.SEND, touched, arguments));
    }

    private byte[] member(Hub hub, byte[] map) {
        MessageFormat format = servers.format();
        byte[] marked = queue.endsWith("!") ? format.marked(map, channel()) : map;
        return format.member(marked, hub.shard().clock().now());
    }

    /** Sends all to one server, so that they keep their order, in steps that do not hold it up for long. */
    @Override
    protected int sendMaps(List<byte[]> maps) {
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
            return send(hub, batch, true);
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

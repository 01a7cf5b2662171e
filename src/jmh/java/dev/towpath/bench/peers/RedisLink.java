package dev.towpath.bench.peers;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;

/** Sends through two lists of a Redis server on this machine. */
final class RedisLink implements Link {
    private final Jedis jedis = new Jedis(URI.create(Servers.uri(Peer.REDIS)), 60_000);
    private final byte[] out;
    private final byte[] in;
    private long seen;

    RedisLink(Endpoint endpoint) {
        out = (endpoint.unique() + endpoint.out()).getBytes(StandardCharsets.UTF_8);
        in = (endpoint.unique() + endpoint.in()).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean offer(byte[] message) {
        jedis.rpush(out, message);
        return true;
    }

    @Override
    public int offerAll(List<byte[]> messages) {
        jedis.rpush(out, messages.toArray(byte[][]::new));
        return messages.size();
    }

    @Override
    public boolean offerMap(Map<String, Object> message) {
        return offer(Codec.JSON.encode(message));
    }

    @Override
    public int poll(int limit) {
        if (limit == 1) {
            return tryTake() < 0 ? 0 : 1;
        }
        List<byte[]> messages = jedis.lpop(in, limit);
        return messages == null ? 0 : messages.size();
    }

    @Override
    public int tryTake() {
        byte[] message = jedis.lpop(in);
        return message == null ? -1 : message[0];
    }

    @Override
    public @Nullable Map<?, ?> tryTakeMap() {
        byte[] message = jedis.lpop(in);
        return message == null ? null : Codec.JSON.decode(message);
    }

    @Override
    public int take() {
        byte[] message = jedis.blpop(0, in).get(1);
        seen += message.length;
        return message[0];
    }

    @Override
    public void close() {
        jedis.close();
    }
}

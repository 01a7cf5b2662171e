package dev.towpath.redis;

import dev.towpath.MessageCodec;
import dev.towpath.brokers.RedisBroker;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A layer that writes JSON does what one that writes MessagePack does, but for bytes. */
class JsonRedisLayerConformanceTest extends RedisLayerConformanceTest {
    @Override
    RedisLayer.Builder builder(List<RedisBroker> servers) {
        return super.builder(servers).serializer(RedisLayer.Serializer.JSON);
    }

    @Override
    public Set<Difference> differences() {
        Set<Difference> differences = EnumSet.copyOf(super.differences());
        differences.add(Difference.NO_BYTES_IN_MAPS);
        return differences;
    }

    @Override
    public MessageCodec codec() {
        return MessageCodec.json();
    }
}

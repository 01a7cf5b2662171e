package dev.towpath.redis;

import dev.towpath.brokers.RedisBroker;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;

/** A layer on several servers, each channel on one of them, does what one on one server does. */
class HashedRedisLayerConformanceTest extends ConformanceOnServers {
    @BeforeAll
    static void start() {
        start(3, RedisBroker::start);
    }

    @Override
    RedisLayer.Builder builder(List<RedisBroker> servers) {
        return super.builder(servers).hashed(true);
    }

    @Override
    public Set<Difference> differences() {
        Set<Difference> differences = EnumSet.copyOf(super.differences());
        differences.add(Difference.MEMORY_OF_EACH_SERVER);
        return differences;
    }
}

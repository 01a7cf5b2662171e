package dev.towpath.redis;

import dev.towpath.brokers.RedisBroker;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;

/** A layer that finds its server by a sentinel does what one does that is told. */
class SentinelConformanceTest extends RedisLayerConformanceTest {
    private static final Map<RedisBroker, RedisBroker> SENTINELS = new ConcurrentHashMap<>();

    @AfterAll
    static void stopSentinels() {
        SENTINELS.values().forEach(RedisBroker::close);
        SENTINELS.clear();
    }

    @Override
    RedisLayer.Builder builder(List<RedisBroker> servers) {
        RedisBroker sentinel =
                SENTINELS.computeIfAbsent(servers.getFirst(), master -> RedisBroker.startSentinel("main", master));
        return RedisLayer.builder("redis-sentinel://127.0.0.1:" + sentinel.port() + "#main");
    }
}

package dev.towpath.redis;

import dev.towpath.brokers.RedisBroker;
import org.junit.jupiter.api.BeforeAll;

/** A layer on one server, the system's if it has one. */
class RedisLayerConformanceTest extends ConformanceOnServers {
    @BeforeAll
    static void start() {
        start(1, RedisBroker::start);
    }
}

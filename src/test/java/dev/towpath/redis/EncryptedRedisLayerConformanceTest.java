package dev.towpath.redis;

import dev.towpath.brokers.RedisBroker;
import java.util.List;

/** An encrypted layer on a server does what one that is not encrypted does. */
class EncryptedRedisLayerConformanceTest extends RedisLayerConformanceTest {
    @Override
    RedisLayer.Builder builder(List<RedisBroker> servers) {
        return super.builder(servers)
                .encryptionKeys(
                        List.of("a new key of not fewer than 32 bytes", "an old key of not fewer than 32 bytes"));
    }
}

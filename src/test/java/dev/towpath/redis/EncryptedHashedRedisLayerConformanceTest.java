package dev.towpath.redis;

import dev.towpath.brokers.RedisBroker;
import java.util.List;

/** An encrypted layer on several servers does what one that is not encrypted does. */
class EncryptedHashedRedisLayerConformanceTest extends HashedRedisLayerConformanceTest {
    @Override
    RedisLayer.Builder builder(List<RedisBroker> servers) {
        return super.builder(servers).encryptionKeys(List.of("a key of not fewer than 32 bytes"));
    }
}

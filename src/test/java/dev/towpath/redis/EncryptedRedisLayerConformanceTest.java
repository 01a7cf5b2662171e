package dev.towpath.redis;

import dev.towpath.ChannelLayer;
import dev.towpath.LayerBuilder;
import java.util.List;
import java.util.function.Consumer;

/** An encrypted layer on a server does what one that is not encrypted does. */
class EncryptedRedisLayerConformanceTest extends RedisLayerConformanceTest {

    @Override
    protected ChannelLayer create(Consumer<LayerBuilder<?>> options, List<Extra> extras) {
        List<String> keys = List.of("a new key of not fewer than 32 bytes", "an old key of not fewer than 32 bytes");
        return super.create(options.andThen(builder -> builder.encryptionKeys(keys)), extras);
    }
}

package dev.towpath.redis;

import dev.towpath.ChannelLayer;
import dev.towpath.ChannelLayerProperties;
import dev.towpath.LayerUnderTest.Difference;
import dev.towpath.MessageCodec;
import dev.towpath.Names;
import dev.towpath.brokers.RedisBroker;
import dev.towpath.wire.MessagePackCodec;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Compares layers on a server with the model. */
class RedisLayerProperties extends ChannelLayerProperties {
    private static RedisBroker broker;

    private final Map<AtomicLong, String> prefixes = new WeakHashMap<>();

    @BeforeContainer
    static void start() {
        broker = RedisBroker.start();
    }

    @AfterContainer
    static void stop() {
        broker.close();
    }

    private String prefix(AtomicLong clock) {
        return prefixes.computeIfAbsent(clock, each -> Names.randomLetters());
    }

    @Override
    protected ChannelLayer open(AtomicLong clock, boolean evictOnExpiry) {
        return configured(RedisLayer.builder(broker.uri()).prefix(prefix(clock)))
                .open();
    }

    @Override
    protected void advance(AtomicLong clock, Duration time) {
        super.advance(clock, time);
        try (Admin admin = Admin.of(broker.port())) {
            admin.advance(prefix(clock), time);
        }
    }

    @Override
    protected Set<Difference> differences() {
        return ConformanceOnServers.DIFFERENCES;
    }

    @Override
    protected MessageCodec codec() {
        return new MessagePackCodec();
    }
}

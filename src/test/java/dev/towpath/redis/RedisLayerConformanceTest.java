package dev.towpath.redis;

import dev.towpath.ChannelLayer;
import dev.towpath.ChannelLayerConformance;
import dev.towpath.LayerBuilder;
import dev.towpath.MessageCodec;
import dev.towpath.Names;
import dev.towpath.brokers.RedisBroker;
import dev.towpath.wire.MessagePackCodec;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A layer on a server does what every layer does, but for its differences. */
class RedisLayerConformanceTest extends ChannelLayerConformance {
    /** What Redis differs in. */
    static final Set<Difference> DIFFERENCES = Set.of(
            Difference.EXPIRY_OF_THE_READER,
            Difference.UNSEEN_EXPIRY_NOT_COUNTED,
            Difference.NO_EVICTION,
            Difference.ONE_MEMORY,
            Difference.ONE_PLACE_FOR_ALL_MEMBERS_OF_A_QUEUE);

    private static final int LITTLE_BYTES = 1 << 20;

    private static RedisBroker broker;
    private static RedisBroker little;

    private final String prefix = Names.randomLetters();
    private RedisBroker used = broker;

    @BeforeAll
    static void start() {
        broker = RedisBroker.start();
        little = RedisBroker.start();
        try (Admin admin = Admin.of(little.port())) {
            long used = Long.parseLong(admin.text("INFO", "memory").replaceAll("(?s).*used_memory:(\\d+).*", "$1"));
            admin.ask("CONFIG", "SET", "maxmemory", Long.toString(used + LITTLE_BYTES));
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
        little.close();
    }

    @Override
    protected ChannelLayer create(Consumer<LayerBuilder<?>> options, List<Extra> extras) {
        if (extras.contains(Extra.LITTLE_MEMORY) && used != little) {
            used = little;
            try (Admin admin = Admin.of(little.port())) {
                admin.ask("FLUSHALL");
            }
        }
        RedisLayer.Builder builder = builder(used).prefix(prefix);
        options.accept(builder);
        return builder.open();
    }

    /** Begins to configure a layer on a server. */
    RedisLayer.Builder builder(RedisBroker server) {
        return RedisLayer.builder(server.uri());
    }

    @Override
    public void advance(Duration time) {
        try (Admin admin = Admin.of(used.port())) {
            admin.advance(prefix, time);
        }
    }

    @Override
    public Set<Difference> differences() {
        return DIFFERENCES;
    }

    @Override
    public MessageCodec codec() {
        return new MessagePackCodec();
    }
}

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
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;

/** A layer on servers does what every layer does, but for its differences. The tests of each kind start the servers. */
abstract class ConformanceOnServers extends ChannelLayerConformance {
    /** What Redis differs in. */
    static final Set<Difference> DIFFERENCES = Set.of(
            Difference.EXPIRY_OF_THE_READER,
            Difference.UNSEEN_EXPIRY_NOT_COUNTED,
            Difference.NO_EVICTION,
            Difference.ONE_MEMORY,
            Difference.ONE_PLACE_FOR_ALL_MEMBERS_OF_A_QUEUE);

    private static final int LITTLE_BYTES = 3 << 19;

    static List<RedisBroker> brokers = List.of();
    private static List<RedisBroker> little = List.of();

    final String prefix = Names.randomLetters();
    private List<RedisBroker> used = brokers;

    /** Starts so many servers, and as many with little memory. */
    static void start(int number, Supplier<RedisBroker> server) {
        brokers = Stream.generate(server).limit(number).toList();
        little = Stream.generate(server).limit(number).toList();
        for (RedisBroker broker : little) {
            try (Admin admin = Admin.of(broker.port())) {
                long used = Long.parseLong(admin.text("INFO", "memory").replaceAll("(?s).*used_memory:(\\d+).*", "$1"));
                admin.ask("CONFIG", "SET", "maxmemory", Long.toString(used + LITTLE_BYTES));
            }
        }
    }

    @AfterAll
    static void stop() {
        brokers.forEach(RedisBroker::close);
        little.forEach(RedisBroker::close);
    }

    @Override
    protected ChannelLayer create(Consumer<LayerBuilder<?>> options, List<Extra> extras) {
        if (extras.contains(Extra.LITTLE_MEMORY) && used != little) {
            used = little;
            for (RedisBroker broker : little) {
                try (Admin admin = Admin.of(broker.port())) {
                    admin.ask("FLUSHALL");
                }
            }
        }
        RedisLayer.Builder builder = builder(used).prefix(prefix);
        options.accept(builder);
        return builder.open();
    }

    /** Begins to configure a layer on servers. */
    RedisLayer.Builder builder(List<RedisBroker> servers) {
        return RedisLayer.builder(servers.stream().map(RedisBroker::uri).toArray(String[]::new));
    }

    @Override
    public void advance(Duration time) {
        for (RedisBroker broker : used) {
            try (Admin admin = Admin.of(broker.port())) {
                admin.advance(prefix, time);
            }
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

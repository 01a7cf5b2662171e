package dev.towpath.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.Background;
import dev.towpath.ChannelLayer;
import dev.towpath.FuturesConformance;
import dev.towpath.Group;
import dev.towpath.GroupSend;
import dev.towpath.LayerBuilder;
import dev.towpath.Message;
import dev.towpath.MessageCodec;
import dev.towpath.MessageHandler;
import dev.towpath.Names;
import dev.towpath.NamesConformance;
import dev.towpath.brokers.RedisBroker;
import dev.towpath.wire.MessagePackCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A layer on several servers does what every layer does, as far as that holds for each server: order and capacity of
 * an ordinary channel do not.
 */
class SeveralServersConformanceTest implements NamesConformance, FuturesConformance {
    private static List<RedisBroker> brokers;

    private final String prefix = Names.randomLetters();
    private final List<ChannelLayer> opened = new ArrayList<>();

    @BeforeAll
    static void start() {
        brokers = List.of(RedisBroker.start(), RedisBroker.start(), RedisBroker.start());
    }

    @AfterAll
    static void stop() {
        brokers.forEach(RedisBroker::close);
    }

    @AfterEach
    void closeAll() {
        opened.forEach(ChannelLayer::close);
    }

    @Override
    public ChannelLayer open(Consumer<LayerBuilder<?>> options, Extra... extras) {
        RedisLayer.Builder builder = builder();
        options.accept(builder);
        return open(builder);
    }

    private RedisLayer.Builder builder() {
        String[] uris = brokers.stream().map(RedisBroker::uri).toArray(String[]::new);
        return RedisLayer.builder(uris).prefix(prefix);
    }

    private RedisLayer open(RedisLayer.Builder builder) {
        RedisLayer layer = builder.open();
        opened.add(layer);
        return layer;
    }

    @Override
    public Set<Difference> differences() {
        return EnumSet.of(Difference.ORDER_FOR_EACH_SERVER);
    }

    @Override
    public void advance(Duration time) {
        for (RedisBroker broker : brokers) {
            try (Admin admin = Admin.of(broker.port())) {
                admin.advance(prefix, time);
            }
        }
    }

    @Override
    public MessageCodec codec() {
        return new MessagePackCodec();
    }

    @Test
    void ordinaryChannelsAreSpreadAndEachServerHasTheCapacity() {
        ChannelLayer layer = open(options -> options.capacity(2));
        for (int i = 0; i < 6; i++) {
            assertTrue(layer.trySend("a", new byte[i]));
        }
        for (int i = 0; i < 3; i++) {
            assertFalse(layer.trySend("a", new byte[1]));
        }
        assertEquals(6, layer.statistics("a").messagesPending());
        assertEquals(6, layer.statistics().messagesCount());
        assertEquals(3, layer.statistics("a").channelFullCount());
        Set<Integer> lengths = new TreeSet<>();
        for (int i = 0; i < 6; i++) {
            lengths.add(layer.tryReceive("a").bytes().length);
        }
        assertEquals(Set.of(0, 1, 2, 3, 4, 5), lengths);
        assertNull(layer.tryReceive("a"));
    }

    @Test
    void processLocalAndSingleReaderChannelsKeepOrderAndCapacity() {
        ChannelLayer layer = open(options -> options.capacity(4));
        for (String channel : List.of("x!y", "x?y")) {
            assertOrderAndCapacity(layer, channel);
        }
    }

    private static void assertOrderAndCapacity(ChannelLayer layer, String channel) {
        for (int i = 0; i < 4; i++) {
            layer.send(channel, new byte[i]);
        }
        assertFalse(layer.trySend(channel, new byte[1]));
        for (int i = 0; i < 4; i++) {
            assertEquals(i, layer.tryReceive(Names.queueOf(channel)).bytes().length);
        }
    }

    @Test
    void hashedChannelsKeepOrderAndCapacityEachOnOneServer() throws Exception {
        ChannelLayer layer = open(builder().hashed(true).capacity(4));
        for (int i = 0; i < 12; i++) {
            assertOrderAndCapacity(layer, "ordinary" + i);
        }
        for (int i = 0; i < 12; i++) {
            String channel = "ordinary" + i;
            layer.group("g").add(channel);
            var receiving =
                    Background.startVirtual(() -> layer.receive(channel)).awaitWaiting();
            layer.send(channel, new byte[i]);
            assertEquals(i, receiving.result().bytes().length);
        }
        assertEquals(new GroupSend(12, 0), layer.group("g").send(new byte[1]));
        List<Long> keys = new ArrayList<>();
        for (RedisBroker broker : brokers) {
            try (Admin admin = Admin.of(broker.port())) {
                keys.add((long) admin.texts("KEYS", prefix + "ordinary*").size());
            }
        }
        assertEquals(12, keys.stream().mapToLong(Long::longValue).sum());
        assertFalse(keys.contains(12L), keys.toString());
        for (int i = 0; i < 12; i++) {
            assertEquals(1, layer.tryReceive("ordinary" + i).bytes().length);
        }
    }

    @Test
    void aGroupReachesItsMembersWhereverTheyAre() {
        ChannelLayer layer = open();
        Set<String> members = new TreeSet<>();
        for (int i = 0; i < 60; i++) {
            members.add("m" + i % 20 + (i < 20 ? "" : i < 40 ? "!y" : "?z"));
        }
        members.forEach(layer.group("g")::add);
        assertEquals(members, layer.group("g").channels());
        assertEquals(new GroupSend(60, 0), layer.group("g").send(new byte[3]));
        assertEquals(60, layer.statistics().messagesPending());
        Set<String> reached = new TreeSet<>();
        for (String member : members) {
            Message message = layer.tryReceive(Names.queueOf(member));
            reached.add(message.channel());
        }
        assertEquals(members, reached);
        layer.clear();
        assertEquals(0, layer.statistics().memberships());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void groupsOfAnySizeReachEachMemberOnce(int size) {
        ChannelLayer layer = open();
        Group group = layer.group("g");
        Map<String, Integer> expected = new TreeMap<>();
        for (int i = 0; i < size; i++) {
            String member =
                    i % 3 == 0 ? "m" + i : i % 3 == 1 ? layer.newChannel("r?") : layer.newProcessChannel("specific");
            group.add(member);
            expected.put(member, 1);
        }
        assertEquals(new GroupSend(size, 0), group.send(new byte[3]));
        List<String> queues =
                expected.keySet().stream().map(Names::queueOf).distinct().toList();
        Map<String, Integer> copies = new TreeMap<>();
        MessageHandler counting =
                (channel, payload) -> copies.merge(channel, payload.byteSize() == 3 ? 1 : 1000, Integer::sum);
        assertEquals(size, layer.receiver(queues).drain(counting, Integer.MAX_VALUE));
        assertEquals(expected, copies);
    }

    @Test
    void drainingTakesFromAllServers() {
        ChannelLayer layer = open();
        for (int i = 0; i < 30; i++) {
            layer.send("a", new byte[1]);
        }
        assertEquals(7, layer.receiver("a").drain((channel, payload) -> {}, 7));
        assertEquals(23, layer.receiver("a", "b").drain((channel, payload) -> {}, 100));
    }
}

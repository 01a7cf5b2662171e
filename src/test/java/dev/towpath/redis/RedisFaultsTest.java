package dev.towpath.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.BackendUnavailableException;
import dev.towpath.BackendUnavailableException.Outcome;
import dev.towpath.Background;
import dev.towpath.ChannelFullException;
import dev.towpath.GroupFullException;
import dev.towpath.GroupSend;
import dev.towpath.Message;
import dev.towpath.Receiver;
import dev.towpath.WireFormatException;
import dev.towpath.brokers.Ports;
import dev.towpath.brokers.Proxy;
import dev.towpath.brokers.Proxy.Direction;
import dev.towpath.brokers.RedisBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** A layer says what is wrong with its server, or gets over it; and nothing of it is left behind. */
@Timeout(120)
class RedisFaultsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofSeconds(1);

    private RedisBroker broker;
    private Proxy proxy;

    @BeforeEach
    void start() {
        broker = RedisBroker.start();
        proxy = Proxy.to(broker.port());
    }

    @AfterEach
    void nothingIsLeftBehind() {
        proxy.letIn();
        proxy.thaw();
        Leaks.await();
        Background.await(() -> proxy.connections() == 0);
        proxy.close();
        broker.close();
    }

    /** Begins to configure a layer whose connections go through the proxy. */
    private RedisLayer.Builder builder() {
        return RedisLayer.builder("redis://127.0.0.1:" + proxy.port());
    }

    private static Outcome outcomeOf(Executable call) {
        return assertThrows(BackendUnavailableException.class, call).outcome();
    }

    @Test
    void nobodyIsThere() {
        RedisLayer.Builder builder =
                RedisLayer.builder("redis://u:secret@127.0.0.1:" + Ports.free()).connectTimeout(SHORT);
        BackendUnavailableException e = assertThrows(BackendUnavailableException.class, builder::open);
        assertEquals(Outcome.NOT_SENT, e.outcome());
        assertFalse(e.getMessage().contains("secret"), e.getMessage());
        proxy.shutOut();
        assertEquals(Outcome.NOT_SENT, outcomeOf(builder().connectTimeout(SHORT)::open));
        proxy.letIn();
        proxy.freeze();
        assertEquals(Outcome.NOT_SENT, outcomeOf(builder().connectTimeout(SHORT)::open));
    }

    @Test
    void userPasswordOrDatabaseAreWrong() {
        try (RedisBroker guarded = RedisBroker.start("--requirepass", "right")) {
            String host = "127.0.0.1:" + guarded.port();
            for (String uri : List.of(
                    "redis://" + host,
                    "redis://:wrong@" + host,
                    "redis://nobody:right@" + host,
                    "redis://:right@" + host + "/99")) {
                BackendUnavailableException e =
                        assertThrows(BackendUnavailableException.class, () -> RedisLayer.open(uri));
                assertEquals(Outcome.NOT_SENT, e.outcome(), uri);
                assertFalse(e.getMessage().contains("right@"), e.getMessage());
            }
            try (RedisLayer layer = RedisLayer.open("redis://default:right@" + host + "/3")) {
                layer.send("a", new byte[1]);
                assertEquals(1, layer.tryReceive("a").bytes().length);
            }
        }
    }

    @Test
    void anIdleConnectionIsCut() {
        try (RedisLayer layer = builder().open()) {
            for (int i = 0; i < 20; i++) {
                layer.send("a", new byte[i]);
                Set<Thread> reading = Leaks.threads();
                if (i % 2 == 0) {
                    proxy.cut();
                } else {
                    proxy.reset();
                }
                Background.await(() -> reading.stream().noneMatch(Thread::isAlive)); // they have noticed
                assertEquals(i, layer.tryReceive("a").bytes().length);
            }
        }
    }

    @Test
    void theReplyToASendIsLost() {
        try (RedisLayer layer = builder().open();
                RedisLayer other = RedisLayer.open(broker.uri())) {
            layer.send("a", new byte[1]);
            assertNotNull(layer.tryReceive("a"));
            proxy.cutAfter(Direction.TO_CLIENT, 0);
            assertEquals(Outcome.UNKNOWN, outcomeOf(() -> layer.send("a", new byte[2])));
            Background.await(() -> other.statistics("a").messagesPending() == 1);
            layer.send("a", new byte[3]);
            assertEquals(2, other.tryReceive("a").bytes().length);
            assertEquals(3, other.tryReceive("a").bytes().length);
            assertNull(other.tryReceive("a"));
        }
    }

    @Test
    void theServerIsAwayForLongerThanACommandMayTake() throws Exception {
        try (RedisLayer layer = builder().commandTimeout(Duration.ofSeconds(1)).open()) {
            layer.group("g").add("a");
            var receiving = Background.startVirtual(() -> layer.receive("a")).awaitWaiting();
            CompletableFuture<Message> future = layer.receiver("b").receiveAsync();
            proxy.shutOut();
            Leaks.await(); // whoever reads from the connection has noticed
            assertNothingIsSent(
                    () -> layer.send("a", new byte[1]),
                    () -> layer.tryReceive("a"),
                    () -> layer.group("g").add("b"),
                    () -> layer.group("g").send(new byte[1]),
                    layer::statistics);
            assertNull(layer.receive(SHORT, "a"));
            assertTrue(layer.receiver("c").receiveAsync().cancel(false));
            proxy.letIn();
            sendWhenItIsBack(layer, "a", new byte[1]);
            layer.send("b", new byte[2]);
            assertEquals(1, receiving.result().bytes().length);
            assertEquals(2, future.get().bytes().length);
        }
    }

    private static void sendWhenItIsBack(RedisLayer layer, String channel, byte[] payload) {
        Background.await(() -> {
            try {
                layer.send(channel, payload);
                return true;
            } catch (BackendUnavailableException e) {
                assertEquals(Outcome.NOT_SENT, e.outcome());
                return false;
            }
        });
    }

    @Test
    void aTimeoutHoldsUpNoOther() throws Exception {
        try (RedisLayer layer = builder().commandTimeout(Duration.ofMinutes(10)).open()) {
            Message instead = layer.receiver("b")
                    .receiveAsync()
                    .completeOnTimeout(null, 1, TimeUnit.MILLISECONDS)
                    .get();
            assertNull(instead);
            CompletableFuture<Message> stuck = layer.receiver("a").receiveAsync();
            Background.await(this::isWaitedAt);
            proxy.freeze();
            stuck.orTimeout(1, TimeUnit.MILLISECONDS);
            var other = new CompletableFuture<String>().completeOnTimeout("on time", 50, TimeUnit.MILLISECONDS);
            assertEquals("on time", other.get());
            assertFalse(stuck.isDone(), "it may still be given a message");
            proxy.thaw();
            ExecutionException e = assertThrows(ExecutionException.class, stuck::get);
            assertInstanceOf(TimeoutException.class, e.getCause());
        }
    }

    private boolean isWaitedAt() {
        try (Admin admin = Admin.of(broker.port())) {
            return admin.text("INFO", "clients").contains("blocked_clients:1");
        }
    }

    /** Asserts that each of some calls, made at the same time, fails because it cannot be sent. */
    private static void assertNothingIsSent(Executable... calls) throws Exception {
        List<Background<Outcome>> outcomes = Arrays.stream(calls)
                .map(call -> Background.startVirtual(() -> outcomeOf(call)))
                .toList();
        for (Background<Outcome> outcome : outcomes) {
            assertEquals(Outcome.NOT_SENT, outcome.result());
        }
    }

    @Test
    void theServerDoesNotAnswer() throws Exception {
        try (RedisLayer layer =
                builder().commandTimeout(SHORT).connectTimeout(SHORT).open()) {
            var receiving = Background.startVirtual(() -> layer.receive("a")).awaitWaiting();
            proxy.freeze();
            assertEquals(Outcome.UNKNOWN, outcomeOf(() -> layer.send("x", new byte[1])));
            var virtual = Background.startVirtual(() -> outcomeOf(() -> layer.send("x", new byte[1 << 20])));
            assertEquals(Outcome.NOT_SENT, virtual.result(), "no connection can be made");
            assertNull(layer.receive(SHORT, "a"));
            proxy.thaw();
            layer.send("a", new byte[3]);
            assertEquals(3, receiving.result().bytes().length);
        }
    }

    @Test
    void everythingTakesLong() throws Exception {
        proxy.delay(Duration.ofMillis(5));
        try (RedisLayer layer = builder().capacity(3).open()) {
            for (int i = 0; i < 5; i++) {
                var receiving = Background.start(() -> layer.receive("a")).awaitWaiting();
                layer.send("a", new byte[i]);
                assertEquals(i, receiving.result().bytes().length);
                assertNull(layer.receive(Duration.ofMillis(1), "a"));
            }
            assertEquals(3, layer.sender("a").sendAll(List.of(new byte[1], new byte[2], new byte[3], new byte[4])));
        }
    }

    @Test
    void theServerStartsAnewAndKnowsNothing() throws Exception {
        AtomicInteger reconnected = new AtomicInteger();
        try (RedisLayer layer =
                builder().onReconnect(reconnected::incrementAndGet).open()) {
            layer.send("gone", new byte[1]);
            layer.group("g").add("a");
            var receiving = Background.startVirtual(() -> layer.receive("a")).awaitWaiting();
            broker.kill();
            broker.startAgain();
            Background.await(() -> reconnected.get() > 0);
            assertEquals(Set.of(), layer.group("g").channels());
            assertNull(layer.tryReceive("gone"));
            layer.group("g").add("a");
            assertEquals(new GroupSend(1, 0), layer.group("g").send(new byte[4]));
            assertEquals(4, receiving.result().bytes().length);
        }
    }

    @Test
    void theServerForgetsItsScripts() {
        try (RedisLayer layer = builder().open();
                Admin admin = Admin.of(broker.port())) {
            for (int i = 0; i < 3; i++) {
                layer.send("a", new byte[1]);
                admin.ask("SCRIPT", "FLUSH");
                assertNotNull(layer.tryReceive("a"));
                admin.ask("SCRIPT", "FLUSH");
            }
        }
    }

    @Test
    void theMemoryOfTheServerIsUsedUp() {
        try (RedisLayer layer = builder().open();
                Admin admin = Admin.of(broker.port())) {
            layer.group("g").add("a");
            layer.send("a", new byte[1]);
            admin.ask("CONFIG", "SET", "maxmemory", "1");
            ChannelFullException full = assertThrows(ChannelFullException.class, () -> layer.send("a", new byte[1]));
            assertTrue(full.memoryFull());
            assertEquals(0, layer.sender("a").sendAll(List.of(new byte[1])));
            assertEquals(new GroupSend(0, 1), layer.group("g").send(new byte[1]));
            assertThrows(GroupFullException.class, () -> layer.group("g").add("b"));
            assertNotNull(layer.tryReceive("a"));
            layer.group("g").discard("a");
            admin.ask("CONFIG", "SET", "maxmemory", "0");
            layer.send("a", new byte[1]);
        }
    }

    @Test
    void somebodyElseHasDataUnderOurKeys() throws Exception {
        try (RedisLayer layer = builder().open();
                Admin admin = Admin.of(broker.port())) {
            layer.group("g").add("good");
            layer.group("g").add("bad");
            admin.ask("SET", "asgibad", "1");
            admin.ask("SET", "asgi:group:bad", "1");
            WireFormatException e = assertThrows(WireFormatException.class, () -> layer.send("bad", new byte[1]));
            assertEquals("asgibad", e.key());
            assertTrue(e.getMessage().contains("a string"), e.getMessage());
            assertThrows(WireFormatException.class, () -> layer.tryReceive("good", "bad"));
            assertThrows(WireFormatException.class, () -> layer.receive("bad"));
            assertThrows(WireFormatException.class, () -> layer.group("bad").add("a"));
            assertThrows(WireFormatException.class, () -> layer.group("bad").send(new byte[1]));
            assertEquals(new GroupSend(1, 1), layer.group("g").send(new byte[7]));
            assertEquals(7, layer.receive("good").bytes().length);
            assertEquals("1", admin.text("GET", "asgibad"));
        }
    }

    /** Sends as a Python program does whose clock is wrong by so many seconds. */
    private static void sendAsPython(Admin admin, String key, double skew) {
        double now = Double.parseDouble(admin.texts("TIME").getFirst()) + skew;
        admin.ask("ZREMRANGEBYSCORE", key, "0", Double.toString(Math.floor(now) - 60));
        admin.ask(
                "ZADD",
                key,
                Double.toString(now),
                ("123456789012" + (char) 0x80).getBytes(StandardCharsets.ISO_8859_1));
        admin.ask("EXPIRE", key, 60);
    }

    @Test
    void theClockOfAPythonProgramIsWrong() {
        try (RedisLayer layer = builder().open();
                Admin admin = Admin.of(broker.port())) {
            layer.send("a", Map.of("k", 1));
            sendAsPython(admin, "asgia", 61);
            layer.send("a", Map.of("k", 2));
            assertEquals(Map.of("k", 2L), layer.tryReceive("a").map(), "what it found there, it took for expired");
            assertEquals(Map.of(), layer.tryReceive("a").map());
            layer.send("a", Map.of("k", 3));
            sendAsPython(admin, "asgia", -61);
            assertEquals(Map.of("k", 3L), layer.tryReceive("a").map());
            assertNull(layer.tryReceive("a"), "its own has expired for everybody else");
            assertEquals(1, layer.statistics().expiredCount());
            sendAsPython(admin, "asgia", 30);
            layer.send("a", Map.of("k", 4));
            assertEquals(Map.of(), layer.tryReceive("a").map());
            assertEquals(Map.of("k", 4L), layer.tryReceive("a").map(), "the order is kept");
        }
    }

    @Test
    void theLayerIsClosedWhileTheServerIsAway() throws Exception {
        RedisLayer layer = builder().commandTimeout(SHORT).open();
        var receiving = Background.startVirtual(() -> layer.receive("a")).awaitWaiting();
        proxy.shutOut();
        var sending = Background.startVirtual(() -> {
            layer.send("a", new byte[1]);
            return true;
        });
        layer.close();
        assertInstanceOf(IllegalStateException.class, receiving.failure());
        assertNotNull(sending.failure());
    }

    @Test
    void aLayerThatKeepsManyMessagesIsClosedWhileTheServerIsAway() {
        RedisLayer layer = builder().commandTimeout(Duration.ofSeconds(2)).open();
        layer.sender("a").sendAll(Collections.nCopies(100, new byte[1]));
        Receiver receiver = layer.receiver("a");
        assertThrows(
                ArithmeticException.class,
                () -> receiver.drain(
                        (channel, payload) -> {
                            throw new ArithmeticException("the first is too much");
                        },
                        100));
        proxy.shutOut();
        layer.close();
    }
}

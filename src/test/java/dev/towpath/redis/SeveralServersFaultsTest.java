package dev.towpath.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.BackendUnavailableException;
import dev.towpath.BackendUnavailableException.Outcome;
import dev.towpath.Background;
import dev.towpath.Group;
import dev.towpath.GroupSend;
import dev.towpath.Message;
import dev.towpath.WireFormatException;
import dev.towpath.brokers.Proxy;
import dev.towpath.brokers.Proxy.Direction;
import dev.towpath.brokers.RedisBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is wrong with one server of several does not hold up the others, and is not hidden by them. */
@Timeout(120)
class SeveralServersFaultsTest {
    private static final int SERVERS = 3;
    private static final Duration SHORT = Duration.ofSeconds(1);

    private final List<RedisBroker> brokers = new ArrayList<>();
    private final List<Proxy> proxies = new ArrayList<>();

    @BeforeEach
    void start() {
        for (int i = 0; i < SERVERS; i++) {
            RedisBroker broker = RedisBroker.start();
            brokers.add(broker);
            proxies.add(Proxy.to(broker.port()));
        }
    }

    @AfterEach
    void nothingIsLeftBehind() {
        Leaks.await();
        proxies.forEach(Proxy::close);
        brokers.forEach(RedisBroker::close);
    }

    private RedisLayer.Builder builder() {
        return RedisLayer.builder(proxies.stream()
                .map(proxy -> "redis://127.0.0.1:" + proxy.port())
                .toArray(String[]::new));
    }

    private static String on(int server, String start) {
        String name = start;
        for (int i = 1; Servers.ring(name, SERVERS) != server; i++) {
            name = start + i;
        }
        return name;
    }

    private void shutOut(int server) {
        proxies.get(server).shutOut();
        Background.await(() -> Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().startsWith("towpath-redis"))
                        .count()
                == SERVERS - 1); // whoever reads from the connection has noticed
    }

    @Test
    void whoWaitsReceivesFromTheOthersWhileOneIsAway() throws Exception {
        try (RedisLayer layer = builder().commandTimeout(Duration.ofMinutes(10)).open();
                Admin admin = Admin.of(brokers.get(1).port())) {
            shutOut(0);
            put(admin, 2 * SERVERS);
            for (int i = 0; i < SERVERS; i++) {
                assertEquals("a", layer.receive("a").channel());
                assertEquals("a", layer.receiver("a").receiveAsync().get().channel());
            }
            proxies.getFirst().letIn();
        }
    }

    /** Puts messages into the channel {@code a} of one server. */
    private static void put(Admin admin, int messages) {
        String now = admin.texts("TIME").getFirst();
        for (int i = 0; i < messages; i++) {
            String member = "12345678901" + i + (char) 0x80;
            admin.ask("ZADD", "asgia", now, member.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    @Test
    void whoWaitsReceivesFromTheOthersWhileOneIsFrozen() throws Exception {
        try (RedisLayer layer = builder().commandTimeout(SHORT).open();
                Admin admin = Admin.of(brokers.get(1).port())) {
            proxies.getFirst().freeze();
            for (int i = 0; i < SERVERS; i++) {
                put(admin, 1);
                assertEquals("a", layer.receive("a").channel());
                put(admin, 1);
                assertEquals("a", layer.receiver("a").receiveAsync().get().channel());
            }
            proxies.getFirst().thaw();
            layer.send(on(0, "x?"), new byte[1]);
            assertEquals(on(0, "x?"), layer.receive(on(0, "x?")).channel());
        }
    }

    @Test
    void allWhoWaitAreToldOfTheEndAtOnce() throws Exception {
        RedisLayer layer = builder().commandTimeout(Duration.ofMinutes(10)).open();
        List<Background<Message>> receiving = new ArrayList<>();
        for (int i = 0; i < SERVERS; i++) {
            String channel = on(i, "x?y");
            receiving.add(Background.startVirtual(() -> layer.receive(channel)).awaitWaiting());
        }
        for (RedisBroker broker : brokers) {
            awaitBlocked(broker);
        }
        proxies.forEach(Proxy::freeze);
        var closing = Background.startVirtual(() -> {
            layer.close();
            return true;
        });
        for (Background<Message> each : receiving) {
            assertInstanceOf(IllegalStateException.class, each.failure());
        }
        proxies.forEach(Proxy::thaw);
        assertTrue(closing.result());
    }

    @Test
    void whoSendsToAGroupIsToldOfTheEnd() throws Exception {
        RedisLayer layer = builder().commandTimeout(Duration.ofMinutes(10)).open();
        Group group = layer.group(on(2, "g"));
        group.add(on(0, "x?"));
        group.add(on(1, "x?"));
        proxies.getFirst().freeze();
        var sending = Background.startVirtual(() -> group.send(new byte[1]));
        try (Admin admin = Admin.of(brokers.get(1).port())) {
            Background.await(() -> admin.number("EXISTS", "asgi" + on(1, "x?")) == 1);
        }
        var closing = Background.startVirtual(() -> {
            layer.close();
            return true;
        });
        assertInstanceOf(IllegalStateException.class, sending.failure());
        proxies.getFirst().thaw();
        assertTrue(closing.result());
    }

    private static void awaitBlocked(RedisBroker broker) {
        try (Admin admin = Admin.of(broker.port())) {
            Background.await(() -> admin.text("INFO", "clients").contains("blocked_clients:1"));
        }
    }

    @Test
    void whatIsOnOtherServersCanBeReachedWhileOneIsAway() {
        try (RedisLayer layer = builder().commandTimeout(SHORT).open()) {
            String here = on(1, "x?");
            String there = on(0, "x?");
            Group group = layer.group(on(1, "g"));
            group.add(here);
            group.add(there);
            assertEquals(new GroupSend(2, 0), group.send(new byte[1]));
            shutOut(0);
            assertEquals(new GroupSend(1, 0), group.send(new byte[1]));
            BackendUnavailableException e =
                    assertThrows(BackendUnavailableException.class, () -> layer.send(there, new byte[1]));
            assertEquals(Outcome.NOT_SENT, e.outcome());
            layer.send(here, new byte[1]);
            proxies.getFirst().letIn();
            layer.send(there, new byte[1]);
        }
    }

    @Test
    void whatOneServerMayHaveDoneIsNotCertainlyNotSent() {
        try (RedisLayer layer = builder().commandTimeout(SHORT).open()) {
            String group = on(2, "g");
            layer.group(group).add(on(0, "x?"));
            layer.group(group).add(on(1, "x?"));
            assertEquals(new GroupSend(2, 0), layer.group(group).send(new byte[1]));
            shutOut(0);
            proxies.get(1).cutAfter(Direction.TO_CLIENT, 0);
            BackendUnavailableException e = assertThrows(
                    BackendUnavailableException.class, () -> layer.group(group).send(new byte[1]));
            assertEquals(Outcome.UNKNOWN, e.outcome());
        }
    }

    @Test
    void whatIsWrongOnOneServerConcernsItsMembersOnly() {
        try (RedisLayer layer = builder().open();
                Admin admin = Admin.of(brokers.get(1).port())) {
            layer.group("g").add(on(0, "x?"));
            layer.group("g").add(on(1, "x?"));
            admin.ask("SET", "asgi" + on(1, "x?"), "somebody else's");
            assertEquals(new GroupSend(1, 1), layer.group("g").send(new byte[1]));
            WireFormatException e = assertThrows(WireFormatException.class, () -> layer.send(on(1, "x?"), new byte[1]));
            assertEquals("asgi" + on(1, "x?"), e.key());
        }
    }

    @Test
    void whatCannotBeCountedArrivesAllTheSame() {
        try (RedisLayer layer = builder().open();
                Admin admin = Admin.of(brokers.get(1).port())) {
            layer.group("g").add(on(0, "x?"));
            layer.group("g").add(on(1, "x?"));
            admin.ask("SET", "asgi:stats", "1");
            assertEquals(new GroupSend(2, 0), layer.group("g").send(new byte[1]));
            layer.send(on(1, "x?"), new byte[1]);
            assertEquals(2, layer.statistics(on(1, "x?")).messagesPending());
            WireFormatException e = assertThrows(WireFormatException.class, layer::statistics);
            assertEquals("asgi:stats", e.key());
        }
    }
}

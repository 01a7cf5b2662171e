package dev.towpath.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.BackendUnavailableException;
import dev.towpath.Background;
import dev.towpath.Message;
import dev.towpath.brokers.Ports;
import dev.towpath.brokers.RedisBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/** A layer finds the master by its sentinels, and the next one when that is gone. */
@Timeout(180)
class RedisSentinelTest {
    private static final String MASTER = "main";

    private static String uri(RedisBroker sentinel) {
        return "redis-sentinel://127.0.0.1:" + Ports.free() + ",127.0.0.1:" + sentinel.port() + "#" + MASTER;
    }

    private static RedisBroker replicaOf(RedisBroker master) {
        try (Admin admin = Admin.of(master.port())) {
            admin.ask("CONFIG", "SET", "repl-diskless-sync-delay", "0"); // 5 s else, for more replicas to come
        }
        RedisBroker replica = RedisBroker.start("--replicaof", "127.0.0.1 " + master.port());
        Background.await(() -> {
            try (Admin admin = Admin.of(replica.port())) {
                return admin.text("INFO", "replication").contains("master_link_status:up");
            }
        });
        return replica;
    }

    @Test
    void aFailOverIsSurvived(TestReporter reporter) throws Exception {
        AtomicInteger reconnected = new AtomicInteger();
        try (RedisBroker master = RedisBroker.start();
                RedisBroker replica = replicaOf(master);
                RedisBroker sentinel = RedisBroker.startSentinel(MASTER, master)) {
            Background.await(() -> knowsReplica(sentinel));
            try (RedisLayer layer = RedisLayer.builder(uri(sentinel))
                    .onReconnect(reconnected::incrementAndGet)
                    .open()) {
                layer.send("before", new byte[1]);
                layer.group("g").add("a");
                var receiving =
                        Background.startVirtual(() -> layer.receive("a")).awaitWaiting();
                awaitReplicated(replica);
                master.kill();
                Set<Byte> accepted = new HashSet<>();
                int refused = sendUntilAccepted(layer, accepted);
                assertNotNull(layer.receive("before"));
                layer.group("g").send(new byte[1]);
                assertNotNull(receiving.result());
                Set<Byte> received = new HashSet<>();
                while (received.size() < accepted.size()) {
                    Message message = layer.receive(Duration.ofSeconds(30), "after");
                    assertNotNull(message);
                    assertTrue(received.add(message.bytes()[0]), "twice");
                }
                reporter.publishEntry(
                        "failover", refused + " sends refused; " + accepted.size() + " accepted, 0 lost, 0 twice");
                assertTrue(received.containsAll(accepted));
                assertTrue(reconnected.get() > 0);
            }
        }
        Leaks.await();
    }

    private static boolean knowsReplica(RedisBroker sentinel) {
        try (Admin admin = Admin.of(sentinel.port())) {
            return !Replies.list(admin.ask("SENTINEL", "REPLICAS", MASTER)).isEmpty();
        }
    }

    private static void awaitReplicated(RedisBroker replica) {
        Background.await(() -> {
            try (Admin admin = Admin.of(replica.port())) {
                return admin.number("EXISTS", "asgibefore", "asgi:group:g") == 2;
            }
        });
    }

    /** Sends until the new master has taken some messages; counts those that were refused. */
    private static int sendUntilAccepted(RedisLayer layer, Set<Byte> accepted) {
        int refused = 0;
        for (byte i = 0; accepted.size() < 5; i++) {
            try {
                layer.send("after", new byte[] {i});
                accepted.add(i);
            } catch (BackendUnavailableException e) {
                refused++;
            }
        }
        return refused;
    }

    @Test
    void aSentinelThatDoesNotAnswerIsPassedOver() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                RedisBroker master = RedisBroker.start();
                RedisBroker sentinel = RedisBroker.startSentinel(MASTER, master);
                RedisLayer layer = RedisLayer.open("redis-sentinel://127.0.0.1:" + silent.getLocalPort() + ",127.0.0.1:"
                        + sentinel.port() + "#" + MASTER)) {
            layer.send("a", new byte[1]);
            assertNotNull(layer.tryReceive("a"));
        }
    }

    @Test
    void sentinelsMayAskForAPassword() {
        try (RedisBroker master = RedisBroker.start();
                RedisBroker sentinel =
                        RedisBroker.startSentinel(MASTER, "127.0.0.1 " + master.port(), "requirepass secret")) {
            try (RedisLayer layer = RedisLayer.builder(uri(sentinel))
                    .sentinelLogin("default", "secret")
                    .open()) {
                layer.send("a", new byte[1]);
                assertNotNull(layer.tryReceive("a"));
            }
            RedisLayer.Builder unknown = RedisLayer.builder(uri(sentinel)).connectTimeout(Duration.ofMillis(200));
            assertThrows(BackendUnavailableException.class, unknown::open);
            BackendUnavailableException e =
                    assertThrows(BackendUnavailableException.class, unknown.sentinelLogin("nobody", "secret")::open);
            assertFalse(e.toString().contains("secret"), e.toString());
        }
    }

    @Test
    void whoIsNoMasterIsNotUsed() {
        try (RedisBroker master = RedisBroker.start();
                RedisBroker replica = replicaOf(master);
                RedisBroker sentinel = RedisBroker.startSentinel(MASTER, master)) {
            RedisLayer.Builder unknown =
                    RedisLayer.builder(uri(sentinel).replace("#main", "#other")).connectTimeout(Duration.ofMillis(200));
            assertThrows(BackendUnavailableException.class, unknown::open);
            try (RedisLayer layer = RedisLayer.builder(replica.uri())
                            .commandTimeout(Duration.ofSeconds(2))
                            .open();
                    Admin admin = Admin.of(master.port())) {
                BackendUnavailableException e =
                        assertThrows(BackendUnavailableException.class, () -> layer.send("a", new byte[1]));
                assertEquals(BackendUnavailableException.Outcome.NOT_SENT, e.outcome());
                assertEquals(0, admin.number("EXISTS", "asgia"));
            }
        }
    }

    @Test
    void aReplicaThatBecomesAMasterIsWaitedFor() {
        try (RedisBroker master = RedisBroker.start();
                RedisBroker replica = replicaOf(master);
                RedisLayer layer = RedisLayer.open(replica.uri());
                Admin admin = Admin.of(replica.port())) {
            var sending = Background.startVirtual(() -> {
                layer.send("a", new byte[1]);
                return true;
            });
            Background.await(() -> refusals(admin) > 0);
            admin.ask("REPLICAOF", "NO", "ONE");
            assertTrue(result(sending));
            assertEquals(List.of("1"), List.of(Long.toString(admin.number("ZCARD", "asgia"))));
        }
    }

    private static long refusals(Admin admin) {
        String errors = admin.text("INFO", "errorstats");
        return errors.contains("READONLY") ? 1 : 0;
    }

    private static boolean result(Background<Boolean> background) {
        try {
            return background.result();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}

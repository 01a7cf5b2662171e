package dev.towpath.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.Background;
import dev.towpath.Message;
import dev.towpath.brokers.RedisBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/** Waiting that is given up in the moment in which a message comes neither loses nor doubles it. */
@Timeout(600)
class RedisRacesTest {
    /** For so many queues a lane waits at most. */
    private static final int MOST_QUEUES = 64;

    private static RedisBroker broker;
    private static RedisBroker second;

    @BeforeAll
    static void start() {
        broker = RedisBroker.start();
        second = RedisBroker.start();
    }

    @AfterAll
    static void stop() {
        Leaks.await();
        broker.close();
        second.close();
    }

    /** Who gives up, and how: each after another time, from nothing to twice what a round trip takes. */
    private enum GivingUp {
        TIMEOUT,
        CANCEL,
        INTERRUPT,
        INTERRUPT_VIRTUAL
    }

    private int received;
    private int left;

    @Test
    void nothingIsLostOrDoubled(TestReporter reporter) throws Exception {
        race(1_000, reporter);
    }

    @Test
    @Tag("stress")
    void nothingIsLostOrDoubledForLong(TestReporter reporter) throws Exception {
        race(50_000, reporter);
    }

    private void race(int rounds, TestReporter reporter) throws Exception {
        try (RedisLayer one = RedisLayer.open(broker.uri());
                RedisLayer many = RedisLayer.builder(broker.uri(), second.uri())
                        .prefix("many")
                        .open()) {
            for (int i = 0; i < rounds; i++) {
                RedisLayer layer = i % 4 == 3 ? many : one;
                race(layer, GivingUp.values()[i / 4 % 4], TimeUnit.MICROSECONDS.toNanos(i % 97 * 10));
            }
        }
        reporter.publishEntry(
                "races", rounds + " races: " + received + " received, " + left + " left, 0 lost, 0 twice");
        assertEquals(rounds, received + left);
        assertTrue(received > 0 && left > 0, "one side has always won");
    }

    private void race(RedisLayer layer, GivingUp how, long nanos) throws Exception {
        var sending = Background.startVirtual(() -> {
            LockSupport.parkNanos(nanos);
            layer.send("a", new byte[1]);
            return true;
        });
        Message message = receive(layer, how, nanos);
        assertTrue(sending.result());
        Message rest = layer.tryReceive("a");
        assertEquals(message == null, rest != null, () -> how + " after " + nanos + " ns");
        assertNull(layer.tryReceive("a"));
        received += message == null ? 0 : 1;
        left += message == null ? 1 : 0;
    }

    private static Message receive(RedisLayer layer, GivingUp how, long nanos) throws Exception {
        return switch (how) {
            case TIMEOUT -> layer.receive(Duration.ofNanos(nanos), "a");
            case CANCEL -> cancelled(layer.receiver("a").receiveAsync(), nanos);
            case INTERRUPT -> interrupted(Background.start(() -> layer.receive("a")), nanos);
            case INTERRUPT_VIRTUAL -> interrupted(Background.startVirtual(() -> layer.receive("a")), nanos);
        };
    }

    private static Message cancelled(CompletableFuture<Message> future, long nanos) throws Exception {
        LockSupport.parkNanos(nanos);
        return future.cancel(false) ? null : future.get();
    }

    private static Message interrupted(Background<Message> receiving, long nanos) throws Exception {
        LockSupport.parkNanos(nanos);
        receiving.interrupt();
        try {
            return receiving.result();
        } catch (AssertionError e) {
            assertEquals(InterruptedException.class, e.getCause().getClass());
            return null;
        }
    }

    @Test
    void whoeverWaitsOnSeveralServersGetsEverythingOnce() throws Exception {
        try (RedisLayer layer = RedisLayer.builder(broker.uri(), second.uri())
                .prefix("several")
                .capacity(1_000)
                .open()) {
            List<Background<Integer>> receiving = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                receiving.add(Background.startVirtual(() -> {
                    int count = 0;
                    for (Message message = layer.receive("a"); message.bytes().length > 0; count++) {
                        message = layer.receive("a");
                    }
                    return count;
                }));
            }
            for (int i = 0; i < 400; i++) {
                layer.send("a", new byte[1]);
            }
            Background.await(() -> layer.statistics("a").messagesPending() == 0);
            for (int i = 0; i < 8; i++) {
                layer.send("a", new byte[0]);
            }
            int sum = 0;
            for (Background<Integer> each : receiving) {
                sum += each.result();
            }
            assertEquals(400, sum);
            assertNull(layer.tryReceive("a"));
        }
    }

    @Test
    void manyWaitOverFewConnections(TestReporter reporter) throws Exception {
        manyWait(600, reporter);
    }

    @Test
    @Tag("stress")
    void tenThousandWaitOverFewConnections(TestReporter reporter) throws Exception {
        manyWait(10_000, reporter);
    }

    private static void manyWait(int count, TestReporter reporter) throws Exception {
        try (RedisLayer layer = RedisLayer.builder(broker.uri()).prefix("crowd").open();
                Admin admin = Admin.of(broker.port())) {
            List<Background<Message>> waiting = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String channel = "reply?" + i;
                waiting.add(Background.startVirtual(() -> layer.receive(channel)));
            }
            waiting.forEach(Background::awaitWaiting);
            awaitAllAtServer(admin, count);
            long clients = admin.text("CLIENT", "LIST").lines().count();
            assertTrue(clients <= 200, clients + " connections");
            long cpu = ProcessHandle.current()
                    .info()
                    .totalCpuDuration()
                    .orElseThrow()
                    .toMillis();
            String callsBefore = calls(admin);
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
            assertEquals(callsBefore, calls(admin), "they poll");
            cpu = ProcessHandle.current()
                            .info()
                            .totalCpuDuration()
                            .orElseThrow()
                            .toMillis()
                    - cpu;
            for (int i = 0; i < count; i++) {
                layer.send("reply?" + i, new byte[1]);
            }
            for (Background<Message> each : waiting) {
                assertNotNull(each.result());
            }
            reporter.publishEntry(
                    "waiting", count + " wait over " + clients + " connections; " + cpu + " ms of CPU in 1 s");
        }
    }

    /** Waits until all wait at the server, with as many connections as that takes, which ask for nothing any more. */
    private static void awaitAllAtServer(Admin admin, int count) {
        Background.await(() -> {
            String before = calls(admin);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
            return before.equals(calls(admin)) && figure(admin, "clients", "blocked_clients:") * MOST_QUEUES >= count;
        });
    }

    private static long figure(Admin admin, String section, String name) {
        return Long.parseLong(admin.text("INFO", section).replaceAll("(?s).*" + name + "(\\d+).*", "$1"));
    }

    private static String calls(Admin admin) {
        return admin.text("INFO", "commandstats").replaceAll("(?s).*cmdstat_bzpopmin:calls=(\\d+).*", "$1");
    }
}

package dev.towpath.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.BackendUnavailableException;
import dev.towpath.BackendUnavailableException.Outcome;
import dev.towpath.Background;
import dev.towpath.Message;
import dev.towpath.Numbered;
import dev.towpath.Receiver;
import dev.towpath.Sender;
import dev.towpath.brokers.Proxy;
import dev.towpath.brokers.RedisBroker;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/**
 * Connections are cut again and again, in the orderly way and the other, while messages are sent, received, waited for
 * and cancelled; and no message comes twice, none that was certainly not sent comes at all, and none is lost but those
 * that were on their way from the server when a connection broke: one for each receiver at most.
 */
@Timeout(600)
class RedisCutsTest {
    private static final int SENDERS = 3;
    private static final int RECEIVERS = 4;
    private static final Duration BRIEFLY = Duration.ofMillis(20);

    private final Set<Long> accepted = ConcurrentHashMap.newKeySet();
    private final Set<Long> unknown = ConcurrentHashMap.newKeySet();
    private final Set<Long> received = ConcurrentHashMap.newKeySet();
    private final AtomicInteger twice = new AtomicInteger();
    private final AtomicBoolean sending = new AtomicBoolean(true);
    private final AtomicBoolean receiving = new AtomicBoolean(true);

    @Test
    void nothingComesTwiceAndAlmostNothingIsLost(TestReporter reporter) throws Exception {
        cut(40, reporter);
    }

    @Test
    @Tag("stress")
    void nothingComesTwiceAndAlmostNothingIsLostForLong(TestReporter reporter) throws Exception {
        cut(2_000, reporter);
    }

    private void cut(int cuts, TestReporter reporter) throws Exception {
        try (RedisBroker broker = RedisBroker.start();
                Proxy proxy = Proxy.to(broker.port());
                RedisLayer left = layer(proxy);
                RedisLayer right = layer(proxy)) {
            List<Background<?>> workers = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                long first = i * 1_000_000_000L;
                Sender sender = left.sender(i == 0 ? "x!y" : "work");
                workers.add(Background.startVirtual(() -> send(sender, first)));
            }
            List<Background<?>> receivers = new ArrayList<>();
            for (int i = 0; i < RECEIVERS; i++) {
                Receiver receiver = (i % 2 == 0 ? left : right).receiver("work", "x!");
                int style = i;
                receivers.add(Background.startVirtual(() -> receive(receiver, style)));
            }
            for (int i = 0; i < cuts; i++) {
                int goal = received.size() + 20;
                Background.await(() -> received.size() > goal);
                cut(proxy, i);
            }
            finish(workers, receivers, broker);
            report(proxy, cuts, reporter);
        }
        Leaks.await();
    }

    private static RedisLayer layer(Proxy proxy) {
        return RedisLayer.builder("redis://127.0.0.1:" + proxy.port())
                .capacity(50)
                .open();
    }

    private static void cut(Proxy proxy, int number) {
        switch (number % 3) {
            case 0 -> proxy.cut();
            case 1 -> proxy.reset();
            default ->
                proxy.cutAfter(
                        Proxy.Direction.TO_CLIENT, ThreadLocalRandom.current().nextInt(200));
        }
    }

    private Object send(Sender sender, long first) {
        for (long number = first; sending.get(); number++) {
            try {
                if (sender.trySend(Numbered.payload(number))) {
                    accepted.add(number);
                } else {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
            } catch (BackendUnavailableException e) {
                if (e.outcome() == Outcome.UNKNOWN) {
                    unknown.add(number);
                }
            }
        }
        return sender;
    }

    private Object receive(Receiver receiver, int style) throws Exception {
        while (receiving.get()) {
            try {
                add(style == 0 ? receiver.tryReceive() : receiver.receive(BRIEFLY));
            } catch (BackendUnavailableException e) {
                assertTrue(style == 0, "who waits goes on waiting");
            }
        }
        return receiver;
    }

    private void add(@Nullable Message message) {
        if (message != null) {
            add(Numbered.number(MemorySegment.ofArray(message.bytes())));
        }
    }

    private void finish(List<Background<?>> senders, List<Background<?>> receivers, RedisBroker broker)
            throws Exception {
        sending.set(false);
        for (Background<?> each : senders) {
            each.result();
        }
        receiving.set(false);
        for (Background<?> each : receivers) {
            each.result();
        }
        try (RedisLayer last = RedisLayer.open(broker.uri())) {
            last.receiver("work", "x!").drain((channel, payload) -> add(Numbered.number(payload)), Integer.MAX_VALUE);
            assertNull(last.tryReceive("work", "x!"));
        }
    }

    private void add(long number) {
        if (!received.add(number)) {
            twice.incrementAndGet();
        }
    }

    private void report(Proxy proxy, int cuts, TestReporter reporter) {
        long lost =
                accepted.stream().filter(number -> !received.contains(number)).count();
        long arrived = unknown.stream().filter(received::contains).count();
        reporter.publishEntry(
                "cuts",
                cuts + " cuts of " + proxy.accepted() + " connections: " + accepted.size() + " accepted, " + lost
                        + " lost, " + twice + " twice; " + unknown.size() + " unknown, of which " + arrived
                        + " arrived");
        assertEquals(0, twice.get(), "twice");
        received.removeAll(accepted);
        received.removeAll(unknown);
        assertEquals(Set.of(), received, "came although certainly not sent");
        assertTrue(lost <= (long) cuts * RECEIVERS, lost + " lost");
    }
}

package dev.towpath.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.towpath.BackendUnavailableException;
import dev.towpath.BackendUnavailableException.Outcome;
import dev.towpath.Background;
import dev.towpath.Message;
import dev.towpath.Receiver;
import dev.towpath.brokers.Proxy;
import dev.towpath.brokers.RabbitBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Sends, receives, cancels and changes groups all at once, while connections are cut and reset. Of what waits in the
 * ordinary channel, a cut costs at most what each call is just receiving; what waits in the inbox is lost with it.
 */
class StormTest extends BrokerTest {
    private static final String CHANNEL = "storm";
    private static final int RECEIVERS = 3;

    private final Proxy proxy = Proxy.to(RabbitBroker.shared().port());
    private final AtomicInteger numbers = new AtomicInteger();
    private final Set<Integer> accepted = ConcurrentHashMap.newKeySet();
    private final Set<Integer> acceptedByInbox = ConcurrentHashMap.newKeySet();
    private final Set<Integer> unknown = ConcurrentHashMap.newKeySet();
    private final Set<Integer> received = ConcurrentHashMap.newKeySet();
    private final AtomicInteger twice = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();

    @AfterEach
    void closeProxy() {
        proxy.close();
    }

    @Test
    void nothingComesTwiceAlmostNothingIsLostAndNobodyIsStuck() throws Exception {
        storm(10);
    }

    @Test
    @Tag("stress")
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void nothingComesTwiceAlmostNothingIsLostAndNobodyIsStuckForLong() throws Exception {
        storm(100);
    }

    private RabbitMqLayer openThere() {
        return openAt(through(proxy.port()), builder -> builder.capacity(10_000)
                .remoteCapacity(10_000)
                .expiry(Duration.ofMinutes(10))
                .commandTimeout(Duration.ofSeconds(2)));
    }

    private void storm(int cuts) throws Exception {
        RabbitMqLayer sender = openThere();
        RabbitMqLayer reader = openThere();
        String reply = reader.newChannel("storm?");
        Receiver both = reader.receiver(CHANNEL, reply);
        List<Background<?>> workers = new ArrayList<>();
        for (Attempt each : List.<Attempt>of(
                () -> send(sender, CHANNEL, accepted),
                () -> send(sender, reply, acceptedByInbox),
                () -> note(both.receive(Duration.ofMillis(5))),
                () -> note(both.tryReceive()),
                () -> note(receivedOrCancelled(both.receiveAsync())),
                () -> {
                    reader.group("towpath-storm").add("storm-member");
                    reader.group("towpath-storm").discard("storm-member");
                })) {
            workers.add(Background.startVirtual(() -> repeat(each)));
        }
        for (int i = 0; i < cuts; i++) {
            cut(i);
        }
        over.set(true);
        for (Background<?> each : workers) {
            each.result();
        }
        Background.await(() -> sender.engine().isConnected() && reader.engine().isConnected());
        Background.await(() -> lost(both, accepted) <= cuts * RECEIVERS);
        sender.send(CHANNEL, Map.of("n", -1));
        assertEquals(-1L, both.receive().map().get("n"));
        System.out.printf(
                "rabbitmq, everything cut: cuts %d, accepted %d, lost %d, accepted by the inbox %d, lost %d, of"
                        + " which %d came when it was away, unknown %d, twice %d, failed %d%n",
                cuts,
                accepted.size(),
                lost(both, accepted),
                acceptedByInbox.size(),
                lost(both, acceptedByInbox),
                sender.statistics().expiredCount(),
                unknown.size(),
                twice.get(),
                failed.get());
        assertEquals(0, twice.get());
        assertFalse(received.isEmpty(), "nothing was received at all");
        received.removeAll(accepted);
        received.removeAll(acceptedByInbox);
        received.removeAll(unknown);
        assertEquals(Set.of(), received, "received although it was said not to be sent");
    }

    private void cut(int number) {
        long goal = proxy.passed(Proxy.Direction.TO_SERVER) + 5_000 + 1_000 * (number % 10);
        Background.await(() -> proxy.passed(Proxy.Direction.TO_SERVER) > goal);
        if (number % 2 == 0) {
            proxy.cut();
        } else {
            proxy.reset();
        }
    }

    /** Something that a broker may be unavailable for. */
    @FunctionalInterface
    private interface Attempt {
        void run() throws Exception;
    }

    private boolean repeat(Attempt attempt) throws Exception {
        while (!over.get()) {
            try {
                attempt.run();
            } catch (BackendUnavailableException e) {
                failed.incrementAndGet();
            }
        }
        return true;
    }

    private void send(RabbitMqLayer sender, String channel, Set<Integer> whatWasAccepted) {
        int number = numbers.getAndIncrement();
        try {
            if (sender.trySend(channel, Map.of("n", number))) {
                whatWasAccepted.add(number);
            }
        } catch (BackendUnavailableException e) {
            if (e.outcome() == Outcome.UNKNOWN) {
                unknown.add(number);
            }
            throw e;
        }
    }

    private static @Nullable Message receivedOrCancelled(CompletableFuture<Message> future) throws Exception {
        return future.cancel(false) ? null : future.get();
    }

    private void note(@Nullable Message message) {
        if (message != null && !received.add(((Long) message.map().get("n")).intValue())) {
            twice.incrementAndGet();
        }
    }

    /** Receives what there is, and counts what has not come. */
    private long lost(Receiver receiver, Set<Integer> sent) {
        for (Message message = receiver.tryReceive(); message != null; message = receiver.tryReceive()) {
            note(message);
        }
        return sent.stream().filter(number -> !received.contains(number)).count();
    }
}

package dev.towpath.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.BackendUnavailableException;
import dev.towpath.BackendUnavailableException.Outcome;
import dev.towpath.Background;
import dev.towpath.Message;
import dev.towpath.Receiver;
import dev.towpath.brokers.Proxy;
import dev.towpath.brokers.RabbitBroker;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Cuts connections while messages are on their way, and counts what was lost and what came twice. */
class CutsTest extends BrokerTest {
    /** What is written when a message was claimed: 14 bytes and the tag to cancel, 21 to acknowledge, 19 to ask. */
    private static final int CANCEL_AND_ACKNOWLEDGE = 14 + "cut".length() + 21;

    private final Proxy proxy = Proxy.to(RabbitBroker.shared().port());

    @AfterEach
    void closeProxy() {
        proxy.close();
    }

    /**
     * Cuts after every few bytes of the answer to a delivery: before the acknowledgement, within it, between it and the
     * barrier, within the barrier, after it. A message that was lost is behind the next one that arrives.
     */
    @Test
    void nothingIsReceivedTwiceWhereverItsAcknowledgementIsCut() throws Exception {
        RabbitMqLayer sender = open();
        RabbitMqLayer reader = openAt(through(proxy.port()), builder -> builder);
        Map<Integer, Integer> received = new HashMap<>();
        int cuts = 0;
        for (int bytes = 0; bytes <= CANCEL_AND_ACKNOWLEDGE + 20; bytes += 8) {
            int number = cuts++;
            var receiving = Background.startVirtual(() -> {
                Message message = reader.receive("cut");
                while (number(message) != -number - 1) {
                    received.merge(number(message), 1, Integer::sum);
                    message = reader.receive("cut");
                }
                return true;
            });
            awaitConsumer(sender);
            proxy.cutAfter(Proxy.Direction.TO_SERVER, bytes);
            long before = proxy.accepted();
            sender.send("cut", Map.of("n", number));
            Background.await(() -> proxy.accepted() > before);
            sender.send("cut", Map.of("n", -number - 1));
            assertTrue(receiving.result());
        }
        long twice = received.values().stream().filter(count -> count > 1).count();
        int lost = cuts - received.size();
        System.out.printf("rabbitmq, acknowledgements cut: cuts %d, lost %d, twice %d%n", cuts, lost, twice);
        assertEquals(0, twice);
        assertTrue(lost < cuts, "nothing was received at all");
    }

    private static int number(Message message) {
        return ((Long) message.map().get("n")).intValue();
    }

    private static void awaitConsumer(RabbitMqLayer layer) {
        Address address = layer.engine().addresses().of("cut");
        layer.engine().sharedQueues().ensure(address);
        Background.await(() -> layer.engine().sharedQueues().consumers(address) == 1);
    }

    @Test
    void whatWasAcceptedArrivesOnceAndWhatWasNotSentNever() throws Exception {
        RabbitMqLayer reader = open(builder -> builder.capacity(10_000));
        RabbitMqLayer sender = openAt(
                through(proxy.port()), builder -> builder.capacity(10_000).commandTimeout(Duration.ofSeconds(2)));
        sender.send("cut-sends", Map.of("n", -1));
        Set<Integer> accepted = new HashSet<>();
        Set<Integer> unknown = new HashSet<>();
        int cuts = 0;
        for (int n = 0; n < 400; n++) {
            if (n % 50 == 25) {
                cuts++;
                proxy.cutAfter(n % 100 == 25 ? Proxy.Direction.TO_SERVER : Proxy.Direction.TO_CLIENT, n % 40);
            }
            try {
                sender.send("cut-sends", Map.of("n", n));
                accepted.add(n);
            } catch (BackendUnavailableException e) {
                if (e.outcome() == Outcome.UNKNOWN) {
                    unknown.add(n);
                }
            }
        }
        Map<Integer, Integer> received = new HashMap<>();
        for (Message message = reader.tryReceive("cut-sends");
                message != null;
                message = reader.tryReceive("cut-sends")) {
            received.merge(number(message), 1, Integer::sum);
        }
        received.remove(-1);
        long twice = received.values().stream().filter(count -> count > 1).count();
        Set<Integer> lost = new HashSet<>(accepted);
        lost.removeAll(received.keySet());
        System.out.printf(
                "rabbitmq, sends cut: cuts %d, accepted %d, unknown %d, lost %d, twice %d%n",
                cuts, accepted.size(), unknown.size(), lost.size(), twice);
        assertEquals(0, twice);
        assertEquals(Set.of(), lost);
        Set<Integer> unexpected = new HashSet<>(received.keySet());
        unexpected.removeAll(accepted);
        unexpected.removeAll(unknown);
        assertEquals(Set.of(), unexpected, "received although it was said not to be sent");
        assertTrue(!unknown.isEmpty(), "no cut has met a send");
    }

    /** Sends, receives, cancels and changes groups all at once, while connections are cut and reset. */
    @Test
    void inAStormOfCutsNothingComesTwiceAndNobodyIsStuck() throws Exception {
        RabbitMqLayer sender = openAt(through(proxy.port()), CutsTest::forStorms);
        RabbitMqLayer reader = openAt(through(proxy.port()), CutsTest::forStorms);
        String reply = reader.newChannel("storm?");
        Map<Integer, Integer> received = new ConcurrentHashMap<>();
        AtomicInteger numbers = new AtomicInteger();
        Receiver both = reader.receiver("storm", reply);
        List<Attempt> work = List.of(
                () -> sender.trySend("storm", Map.of("n", numbers.getAndIncrement())),
                () -> sender.trySend(reply, Map.of("n", numbers.getAndIncrement())),
                () -> note(both.receive(Duration.ofMillis(5)), received),
                () -> note(both.tryReceive(), received),
                () -> {
                    CompletableFuture<Message> future = both.receiveAsync();
                    note(future.cancel(false) ? null : future.get(), received);
                },
                () -> {
                    reader.group("towpath-storm").add("storm-member");
                    reader.group("towpath-storm").discard("storm-member");
                });
        AtomicBoolean over = new AtomicBoolean();
        List<Background<Integer>> workers = work.stream()
                .map(each -> Background.startVirtual(() -> repeat(each, over)))
                .toList();
        int cuts = 10;
        cutAgainAndAgain(cuts);
        over.set(true);
        int failed = 0;
        for (Background<Integer> each : workers) {
            failed += each.result();
        }
        Background.await(() -> sender.engine().isConnected() && reader.engine().isConnected());
        both.drain((channel, payload) -> {}, 20_000);
        sender.send("storm", Map.of("n", -1));
        assertEquals(-1, number(reader.receive("storm")));
        long twice = received.values().stream().filter(count -> count > 1).count();
        System.out.printf(
                "rabbitmq, everything cut: cuts %d, sent %d, received %d, failed %d, twice %d%n",
                cuts, numbers.get(), received.size(), failed, twice);
        assertEquals(0, twice);
        assertTrue(!received.isEmpty(), "nothing was received at all");
    }

    private void cutAgainAndAgain(int times) {
        for (int i = 0; i < times; i++) {
            long goal = proxy.passed(Proxy.Direction.TO_SERVER) + 5_000 + 1_000 * i;
            Background.await(() -> proxy.passed(Proxy.Direction.TO_SERVER) > goal);
            if (i % 2 == 0) {
                proxy.cut();
            } else {
                proxy.reset();
            }
        }
    }

    private static RabbitMqLayer.Builder forStorms(RabbitMqLayer.Builder builder) {
        return builder.capacity(10_000).remoteCapacity(10_000).commandTimeout(Duration.ofSeconds(2));
    }

    /** Something that a broker may be unavailable for. */
    @FunctionalInterface
    private interface Attempt {
        void run() throws Exception;
    }

    /** Does something until all is over, and says how often the broker was unavailable. */
    private static int repeat(Attempt attempt, AtomicBoolean over) throws Exception {
        int failed = 0;
        while (!over.get()) {
            try {
                attempt.run();
            } catch (BackendUnavailableException e) {
                failed++;
            }
        }
        return failed;
    }

    private static void note(@Nullable Message message, Map<Integer, Integer> received) {
        if (message != null) {
            received.merge(number(message), 1, Integer::sum);
        }
    }

    @Test
    void whatHasArrivedInTheInboxIsReceivedAfterACutAndTheNameStaysGood() throws Exception {
        RabbitMqLayer sender = open();
        RabbitMqLayer owner = openAt(through(proxy.port()), builder -> builder);
        String name = owner.newChannel("x?");
        owner.group("towpath-cut").add(name);
        sender.send(name, new byte[1]);
        Background.await(() -> owner.statistics().messagesPending() == 1);
        long before = proxy.accepted();
        proxy.reset();
        assertEquals(1, owner.receive(name).bytes().length);
        Background.await(() -> proxy.accepted() >= before + 2 && owner.engine().isConnected());
        Background.await(() -> sender.group("towpath-cut").send(new byte[2]).delivered() == 1);
        assertEquals(2, owner.receive(name).bytes().length);
        sender.send(name, new byte[3]);
        assertEquals(3, owner.receive(name).bytes().length);
    }
}

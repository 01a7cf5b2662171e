package dev.towpath.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.BackendUnavailableException;
import dev.towpath.BackendUnavailableException.Outcome;
import dev.towpath.Background;
import dev.towpath.Message;
import dev.towpath.brokers.Proxy;
import dev.towpath.brokers.RabbitBroker;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Cuts connections while messages are on their way, and counts what was lost and what came twice. */
class CutsTest extends BrokerTest {
    /** What is written when a message was claimed: 14 bytes and the tag to cancel, 21 to acknowledge, 19 to ask. */
    private static final int CANCEL_AND_ACKNOWLEDGE = 14 + "cut".length() + 21;

    private final Proxy proxy = Proxy.to(RabbitBroker.shared().port());

    @AfterEach
    void closeProxy() {
        proxy.close();
    }

    @Test
    void nothingIsReceivedTwiceWhereverItsAcknowledgementIsCut() throws Exception {
        cutAcknowledgements(1);
    }

    @Test
    @Tag("stress")
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void nothingIsReceivedTwiceWhereverItsAcknowledgementIsCutAgainAndAgain() throws Exception {
        cutAcknowledgements(10);
    }

    /**
     * Cuts after every few bytes of the answer to a delivery: before the acknowledgement, within it, between it and the
     * barrier, within the barrier, after it. A message that was lost is behind the next one that arrives.
     */
    private void cutAcknowledgements(int times) throws Exception {
        RabbitMqLayer sender = open();
        RabbitMqLayer reader = openAt(through(proxy.port()), builder -> builder);
        Map<Integer, Integer> received = new HashMap<>();
        int cuts = 0;
        for (int i = 0; i < times; i++) {
            for (int bytes = 0; bytes <= CANCEL_AND_ACKNOWLEDGE + 20; bytes += 8) {
                cutAcknowledgement(sender, reader, cuts++, bytes, received);
            }
        }
        long twice = received.values().stream().filter(count -> count > 1).count();
        int lost = cuts - received.size();
        System.out.printf("rabbitmq, acknowledgements cut: cuts %d, lost %d, twice %d%n", cuts, lost, twice);
        assertEquals(0, twice);
        assertTrue(lost < cuts, "nothing was received at all");
    }

    private void cutAcknowledgement(
            RabbitMqLayer sender, RabbitMqLayer reader, int number, int bytes, Map<Integer, Integer> received)
            throws Exception {
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
        cutSends(400);
    }

    @Test
    @Tag("stress")
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whatWasAcceptedArrivesOnceAndWhatWasNotSentNeverInTheLongRun() throws Exception {
        cutSends(4_000);
    }

    private void cutSends(int messages) throws Exception {
        RabbitMqLayer reader = open(CutsTest::forMany);
        RabbitMqLayer sender = openAt(through(proxy.port()), CutsTest::forMany);
        sender.send("cut-sends", Map.of("n", -1));
        Set<Integer> accepted = new HashSet<>();
        Set<Integer> unknown = new HashSet<>();
        int cuts = 0;
        for (int n = 0; n < messages; n++) {
            if (n % 50 == 25) {
                boolean question = cuts % 2 == 0;
                proxy.cutAfter(question ? Proxy.Direction.TO_SERVER : Proxy.Direction.TO_CLIENT, cuts * 7 % 40);
                cuts++;
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

    private static RabbitMqLayer.Builder forMany(RabbitMqLayer.Builder builder) {
        return builder.capacity(10_000).expiry(Duration.ofMinutes(10)).commandTimeout(Duration.ofSeconds(2));
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

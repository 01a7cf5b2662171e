package dev.towpath.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.BackendUnavailableException;
import dev.towpath.Background;
import dev.towpath.Numbered;
import dev.towpath.brokers.Proxy;
import dev.towpath.brokers.RabbitBroker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Says what is special in receiving many messages at once. */
class DrainTest extends BrokerTest {
    /** The bytes that are written to take many messages, and a few more. */
    private static final int QUESTIONS = 240;

    /** At so many places. */
    private static final int CUTS = 10;

    private static void sendNumbers(RabbitMqLayer layer, String channel, int from, int to) {
        List<byte[]> payloads =
                IntStream.range(from, to).mapToObj(Numbered::payload).toList();
        assertEquals(to - from, layer.sender(channel).sendAll(payloads));
    }

    private static void drain(RabbitMqLayer layer, String channel, int limit, List<Integer> drained) {
        layer.receiver(channel).drain((name, payload) -> drained.add((int) Numbered.number(payload)), limit);
    }

    private static List<Integer> numbers(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    @Test
    void manyMessagesComeInTheirOrderWithFewQuestions() throws Exception {
        try (FrameTap tap = new FrameTap(RabbitBroker.shared().port())) {
            RabbitMqLayer layer = openAt(through(tap.port()), builder -> builder);
            sendNumbers(layer, "drain", 0, 100);
            int before = tap.frames().size();
            List<Integer> drained = new ArrayList<>();
            drain(layer, "drain", 90, drained);
            assertEquals(numbers(0, 90), drained);
            assertTrue(tap.frames().size() - before <= 20, tap.frames().size() - before + " frames");
            assertEquals(10, layer.statistics("drain").messagesPending());
            drain(layer, "drain", 100, drained);
            assertEquals(numbers(0, 100), drained);
            assertEquals(
                    0,
                    layer.engine()
                            .sharedQueues()
                            .consumers(layer.engine().addresses().of("drain")));
        }
    }

    @Test
    void aHandlerThatFailsLosesOnlyItsOwnMessage() {
        RabbitMqLayer layer = open();
        sendNumbers(layer, "drain-fails", 0, 20);
        List<Integer> drained = new ArrayList<>();
        assertThrows(IllegalArgumentException.class, () -> layer.receiver("drain-fails")
                .drain(
                        (name, payload) -> {
                            if (drained.size() == 10) {
                                throw new IllegalArgumentException("the handler fails");
                            }
                            drained.add((int) Numbered.number(payload));
                        },
                        100));
        drain(layer, "drain-fails", 100, drained);
        List<Integer> expected = new ArrayList<>(numbers(0, 20));
        expected.remove(10);
        assertEquals(expected, drained);
    }

    @Test
    void nothingIsDrainedTwiceWhereverTheConnectionIsCut() throws Exception {
        cutDrains(1);
    }

    @Test
    @Tag("stress")
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void nothingIsDrainedTwiceWhereverTheConnectionIsCutAgainAndAgain() throws Exception {
        cutDrains(10);
    }

    /** Cuts after every few bytes of the questions: what was not given is in the queue again, or lost, but not both. */
    private void cutDrains(int times) throws Exception {
        try (Proxy proxy = Proxy.to(RabbitBroker.shared().port())) {
            RabbitMqLayer sender = open();
            RabbitMqLayer reader = openAt(through(proxy.port()), builder -> builder);
            Map<Integer, Integer> received = new HashMap<>();
            int sent = 0;
            for (int cut = 0; cut < times * CUTS; cut++) {
                sendNumbers(sender, "drain-cut", sent, sent + 10);
                sent += 10;
                List<Integer> drained = new ArrayList<>();
                Background.await(reader.engine()::isConnected);
                proxy.cutAfter(Proxy.Direction.TO_SERVER, cut % CUTS * QUESTIONS / CUTS);
                try {
                    drain(reader, "drain-cut", 100, drained);
                } catch (BackendUnavailableException e) {
                    assertTrue(drained.size() <= 10, "all came, and yet it failed: " + drained);
                }
                drained.forEach(n -> received.merge(n, 1, Integer::sum));
            }
            List<Integer> rest = new ArrayList<>();
            Background.await(() -> {
                drain(sender, "drain-cut", 1_000, rest);
                return sender.statistics("drain-cut").messagesPending() == 0;
            });
            rest.forEach(n -> received.merge(n, 1, Integer::sum));
            long twice = received.values().stream().filter(count -> count > 1).count();
            System.out.printf("rabbitmq, drains cut: sent %d, received %d, twice %d%n", sent, received.size(), twice);
            assertEquals(0, twice);
            assertTrue(received.size() > 10, "hardly anything was received");
        }
    }
}

package dev.towpath.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.Message;
import dev.towpath.Names;
import dev.towpath.brokers.RabbitBroker;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/**
 * Does random things with two layers on one broker, and compares each result with queues in memory: what the promises
 * leave open, such as the members that another layer has added, is not done here.
 */
class RabbitMqLayerProperties {
    private static final int CAPACITY = 3;
    private static final Duration MOMENT = Duration.ofMillis(1);

    private static LeftBehind leftBehind = new LeftBehind();
    private static List<RabbitMqLayer> layers = new ArrayList<>();
    private static int programs;

    /** What to do, with which layer, on which channels. */
    record Step(Action action, int layer, List<Integer> channels) {}

    enum Action {
        SEND,
        SEND_ALL,
        TRY_RECEIVE,
        RECEIVE,
        CANCEL,
        ASK_AND_ANSWER,
        DRAIN
    }

    @BeforeContainer
    static void open() {
        for (int i = 0; i < 2; i++) {
            RabbitMqLayer.Builder builder =
                    RabbitMqLayer.builder(RabbitBroker.shared().uri());
            layers.add(leftBehind.note(builder.capacity(CAPACITY).open()));
        }
    }

    @AfterContainer
    static void close() throws Exception {
        leftBehind.remove();
        layers.clear();
        leftBehind = new LeftBehind();
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void layersDoAsQueuesDo(@ForAll("steps") List<Step> steps) throws Exception {
        Program program = new Program("p" + programs++);
        for (Step step : steps) {
            program.run(step);
        }
        program.receiveTheRest();
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<List<Integer>> channels = Arbitraries.integers()
                .between(0, 2)
                .list()
                .ofMinSize(1)
                .ofMaxSize(3)
                .uniqueElements();
        return Combinators.combine(
                        Arbitraries.of(Action.class), Arbitraries.integers().between(0, 1), channels)
                .as(Step::new)
                .list()
                .ofMaxSize(40);
    }

    /** Runs one program on channels of its own. */
    private static final class Program {
        private final List<String> channels;
        private final Map<String, Deque<Byte>> expected = new HashMap<>();
        private byte next;

        Program(String name) {
            channels = List.of(name, name + "?single", name + "-local!x");
            channels.forEach(channel -> expected.put(Names.queueOf(channel), new ArrayDeque<>()));
        }

        void run(Step step) throws Exception {
            RabbitMqLayer layer = layers.get(step.layer());
            String channel = channels.get(step.channels().get(0));
            List<String> queues = step.channels().stream()
                    .map(channels::get)
                    .map(Names::queueOf)
                    .toList();
            switch (step.action()) {
                case SEND -> assertEquals(accept(channel), layer.trySend(channel, new byte[] {next++}));
                case SEND_ALL -> sendAll(layer, channel);
                case TRY_RECEIVE -> follow(queues, layer.receiver(queues).tryReceive());
                case RECEIVE -> follow(queues, layer.receiver(queues).receive(MOMENT));
                case CANCEL -> cancel(layer, queues);
                case ASK_AND_ANSWER -> askAndAnswer(layer, queues, channel);
                case DRAIN ->
                    layer.receiver(queues)
                            .drain(
                                    (name, bytes) -> follow(
                                            queues,
                                            new Message(
                                                    name, bytes.toArray(ValueLayout.JAVA_BYTE), Parcel.FORMAT.codec())),
                                    2);
            }
        }

        /** Notes that the next number is sent, and tells whether there is room for it. */
        private boolean accept(String channel) {
            Deque<Byte> queue = expected.get(Names.queueOf(channel));
            return queue.size() < CAPACITY && queue.add(next);
        }

        private void sendAll(RabbitMqLayer layer, String channel) {
            List<byte[]> payloads = new ArrayList<>();
            int fitting = 0;
            for (int i = 0; i < 3; i++) {
                payloads.add(new byte[] {next});
                fitting += accept(channel) ? 1 : 0;
                next++;
            }
            assertEquals(fitting, layer.sender(channel).sendAll(payloads));
        }

        private void cancel(RabbitMqLayer layer, List<String> queues) {
            CompletableFuture<Message> future = layer.receiver(queues).receiveAsync();
            follow(queues, future.cancel(true) ? null : future.join());
        }

        private void askAndAnswer(RabbitMqLayer layer, List<String> queues, String channel) {
            CompletableFuture<Message> future = layer.receiver(queues).receiveAsync();
            if (!future.isDone()) {
                RabbitMqLayer other = layers.get(1 - layers.indexOf(layer));
                assertEquals(accept(channel), other.trySend(channel, new byte[] {next++}));
            }
            follow(queues, future.orTimeout(60, TimeUnit.SECONDS).join());
        }

        private void follow(List<String> queues, @Nullable Message message) {
            if (message == null) {
                queues.forEach(queue -> assertTrue(expected.get(queue).isEmpty(), queue));
                return;
            }
            assertTrue(channels.contains(message.channel()), message.channel());
            Byte first = expected.get(Names.queueOf(message.channel())).poll();
            assertNotNull(first, message.channel());
            assertEquals(first, message.bytes()[0]);
        }

        void receiveTheRest() {
            List<String> queues = List.copyOf(expected.keySet());
            int left = expected.values().stream().mapToInt(Deque::size).sum();
            for (int i = 0; i <= left; i++) {
                follow(queues, layers.get(i % 2).receiver(queues).tryReceive());
            }
        }
    }
}

package dev.towpath.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.BackendUnavailableException;
import dev.towpath.BackendUnavailableException.Outcome;
import dev.towpath.Background;
import dev.towpath.ChannelFullException;
import dev.towpath.GroupSend;
import dev.towpath.Message;
import dev.towpath.brokers.RabbitBroker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Says what a layer does while the broker's memory or disk is used up.
 *
 * <p>The broker says so to a connection when the first message comes over it after that: it reads no more from there,
 * and stores and confirms that message when it has room again.
 */
class AlarmTest extends BrokerTest {
    private static final String CHANNEL = "alarm";
    private static final int CAPACITY = 100_000;

    /** So long that nothing is unknown before the alarm is over, unless it waits for a confirmation in vain. */
    private static final Duration LONG = Duration.ofMinutes(1);

    private final RabbitBroker broker = RabbitBroker.shared();

    private void setAlarm(boolean disk, boolean on) throws IOException {
        if (disk) {
            broker.toBeHurt().setDiskAlarm(on);
        } else {
            broker.toBeHurt().setMemoryAlarm(on);
        }
    }

    private RabbitMqLayer open(FrameTap tap, Duration commandTimeout) {
        return openAt(through(tap.port()), builder -> builder.capacity(CAPACITY).commandTimeout(commandTimeout));
    }

    /** How many messages were written, and over how many connections. */
    private record Written(long messages, long connections) {
        static Written to(FrameTap tap) {
            List<Integer> connections = tap.frames().stream()
                    .filter(frame -> frame.described().startsWith("#method<basic.publish>"))
                    .map(FrameTap.Frame::connection)
                    .toList();
            return new Written(
                    connections.size(), connections.stream().distinct().count());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSendThatTheAlarmCatchesIsUnknownAndStoredAfterIt(boolean disk) throws Exception {
        try (FrameTap tap = new FrameTap(broker.port())) {
            RabbitMqLayer layer = open(tap, Duration.ofSeconds(2));
            RabbitMqLayer reader = open(builder -> builder.capacity(CAPACITY));
            int caught;
            setAlarm(disk, true);
            try {
                caught = sendUntilOneIsCaught(layer);
                assertEquals(numbers(caught), drain(reader), "those before it are stored, and it is not");
                assertFullAtOnce(layer);
            } finally {
                setAlarm(disk, false);
            }
            assertEquals(caught, number(reader.receive(CHANNEL)));
            Background.await(() -> layer.trySend(CHANNEL, Map.of("n", -1)));
            assertEquals(-1, number(reader.receive(CHANNEL)));
            assertNull(reader.tryReceive(CHANNEL));
            assertEquals(new Written(caught + 2, 1), Written.to(tap));
        }
    }

    /** Sends 0, 1, 2 and so on until nobody knows what became of one; says which. */
    private static int sendUntilOneIsCaught(RabbitMqLayer layer) {
        int number = 0;
        while (true) {
            try {
                layer.send(CHANNEL, Map.of("n", number));
                number++;
            } catch (BackendUnavailableException e) {
                assertEquals(Outcome.UNKNOWN, e.outcome());
                return number;
            }
        }
    }

    private static void assertFullAtOnce(RabbitMqLayer layer) {
        for (Executable send : List.<Executable>of(
                () -> layer.send(CHANNEL, new byte[1]),
                () -> layer.send(layer.newChannel("x?"), new byte[1]),
                () -> layer.sender(CHANNEL).send(new byte[1], Duration.ofMillis(20)))) {
            assertTrue(assertThrows(ChannelFullException.class, send).memoryFull());
        }
        assertFalse(layer.trySend(CHANNEL, new byte[1]));
        assertEquals(0, layer.sender(CHANNEL).sendAll(List.of(new byte[1], new byte[1])));
        assertEquals(new GroupSend(0, 1), layer.group("g").send(new byte[1]));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whileTheAlarmLastsSendsFailAtOnceAndMessagesAreReceived(boolean disk) throws Exception {
        try (FrameTap tap = new FrameTap(broker.port())) {
            RabbitMqLayer layer = open(tap, LONG);
            layer.send("alarm-before", new byte[1]);
            AtomicInteger sent = new AtomicInteger();
            AtomicBoolean told = new AtomicBoolean();
            Background<Boolean> caught;
            setAlarm(disk, true);
            try {
                caught = Background.startVirtual(() -> {
                    while (!told.get()) {
                        layer.send(CHANNEL, Map.of("n", sent.getAndIncrement()));
                    }
                    return true;
                });
                Background.await(layer.engine().publisher()::isBlocked);
                told.set(true);
                assertFullAtOnce(layer);
                assertEquals(1, layer.receive("alarm-before").bytes().length);
                assertFalse(caught.isDone());
            } finally {
                setAlarm(disk, false);
            }
            assertTrue(caught.result());
            assertEquals(numbers(sent.get()), drain(layer));
            assertEquals(new Written(sent.get() + 1, 1), Written.to(tap));
        }
    }

    private static List<Integer> numbers(int end) {
        return IntStream.range(0, end).boxed().toList();
    }

    private static int number(Message message) {
        return ((Long) message.map().get("n")).intValue();
    }

    private static List<Integer> drain(RabbitMqLayer layer) {
        List<Integer> drained = new ArrayList<>();
        for (Message message = layer.tryReceive(CHANNEL); message != null; message = layer.tryReceive(CHANNEL)) {
            drained.add(number(message));
        }
        return drained;
    }
}

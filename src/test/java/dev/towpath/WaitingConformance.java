package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Says how callers wait for messages and for room, and that whoever stops waiting takes and leaves nothing. */
public interface WaitingConformance extends LayerUnderTest {
    /** Long enough that a test which really waits for it fails. */
    Duration LONG = Duration.ofDays(365);

    Duration SHORT = Duration.ofMillis(30);

    @Test
    default void aReceiverWaitsUntilAMessageComes() throws Exception {
        ChannelLayer layer = open();
        var receiving = Background.start(() -> layer.receive("a", "b")).awaitWaiting();
        layer.send("b", Map.of("k", 1));
        assertEquals("b", receiving.result().channel());
    }

    @Test
    default void aReceiverIsWokenByAnotherLayer() throws Exception {
        ChannelLayer layer = open();
        ChannelLayer other = open();
        var receiving = Background.start(() -> layer.receive("a")).awaitWaiting();
        other.send("a", new byte[1]);
        assertEquals("a", receiving.result().channel());
        var timed = Background.start(() -> layer.receive(LONG, "a!")).awaitWaiting();
        other.send("a!b", new byte[1]);
        assertEquals("a!b", timed.result().channel());
    }

    @Test
    default void aReceiverIsWokenByAMessageToAGroup() throws Exception {
        ChannelLayer layer = open();
        layer.group("g").add("a");
        var receiving = Background.start(() -> layer.receive("a")).awaitWaiting();
        layer.group("g").send(new byte[1]);
        assertEquals("a", receiving.result().channel());
    }

    @Test
    default void aReceiverIsWokenByEveryKindOfSending() throws Exception {
        ChannelLayer layer = open();
        Sender sender = layer.sender("a");
        List<Runnable> sendings = List.of(
                () -> sender.send(Map.of()),
                () -> assertTrue(sender.trySend(new byte[1])),
                () -> assertEquals(1, sender.sendAll(List.of(new byte[1]))),
                () -> {
                    try {
                        sender.send(new byte[1], LONG);
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });
        for (Runnable sending : sendings) {
            var receiving = Background.start(() -> layer.receive("a")).awaitWaiting();
            sending.run();
            assertNotNull(receiving.result());
        }
    }

    @Test
    default void everyMessageWakesOneOfTheReceiversThatWait() throws Exception {
        ChannelLayer layer = open();
        List<Background<Message>> receiving = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            receiving.add(Background.start(() -> layer.receive("a")).awaitWaiting());
        }
        for (int i = 0; i < 8; i++) {
            layer.send("a", new byte[] {(byte) i});
        }
        Set<Byte> received = new HashSet<>();
        for (Background<Message> each : receiving) {
            received.add(each.result().bytes()[0]);
        }
        assertEquals(8, received.size());
        assertNull(layer.tryReceive("a"));
    }

    @Test
    default void aBatchWakesAllTheReceiversItIsEnoughFor() throws Exception {
        ChannelLayer layer = open();
        List<Background<Message>> receiving = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            receiving.add(Background.start(() -> layer.receive("a")).awaitWaiting());
        }
        assertEquals(4, layer.sender("a").sendAll(List.of(new byte[1], new byte[1], new byte[1], new byte[1])));
        for (Background<Message> each : receiving) {
            assertNotNull(each.result());
        }
    }

    @Test
    default void manyVirtualThreadsMayWait() throws Exception {
        ChannelLayer layer = open(options -> options.capacity(1000));
        List<Background<Message>> receiving = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            String channel = "reply?" + i;
            receiving.add(Background.startVirtual(() -> layer.receive(channel)));
            receiving.add(Background.startVirtual(() -> layer.receive("shared", channel + "x")));
        }
        receiving.forEach(Background::awaitWaiting);
        for (int i = 0; i < 500; i++) {
            layer.send("reply?" + i, new byte[1]);
            layer.send("shared", new byte[1]);
        }
        for (Background<Message> each : receiving) {
            assertNotNull(each.result());
        }
    }

    @Test
    default void aTimedReceiveWaitsAsLongAsItWasTold() throws InterruptedException {
        ChannelLayer layer = open();
        long start = System.nanoTime();
        assertNull(layer.receive(SHORT, "a"));
        assertTrue(System.nanoTime() - start >= SHORT.toNanos());
    }

    @Test
    default void aTimedReceiveTakesWhatIsThere() throws InterruptedException {
        ChannelLayer layer = open();
        for (Duration timeout :
                List.of(Duration.ZERO, Duration.ofSeconds(-1), LONG, ChronoUnit.FOREVER.getDuration())) {
            layer.send("a", new byte[1]);
            assertNotNull(layer.receive(timeout, "a"));
        }
        assertNull(layer.receive(Duration.ZERO, "a"));
        assertNull(layer.receive(Duration.ofSeconds(-1), "a"));
        assertNull(layer.receive(Duration.ofSeconds(Long.MIN_VALUE), "a"));
    }

    @Test
    default void aReceiveForEverWaitsForAMessage() throws Exception {
        ChannelLayer layer = open();
        Duration forEver = ChronoUnit.FOREVER.getDuration();
        var receiving = Background.start(() -> layer.receive(forEver, "a")).awaitWaiting();
        layer.send("a", new byte[1]);
        assertNotNull(receiving.result());
    }

    @Test
    default void aReceiveThatTimedOutTakesNoMessage() throws InterruptedException {
        ChannelLayer layer = open();
        assertNull(layer.receive(SHORT, "a"));
        layer.send("a", new byte[1]);
        assertNotNull(layer.tryReceive("a"));
    }

    @Test
    default void anInterruptedReceiveTakesNoMessage() throws Exception {
        ChannelLayer layer = open();
        var receiving = Background.start(() -> layer.receive("a")).awaitWaiting();
        receiving.interrupt();
        assertInstanceOf(InterruptedException.class, receiving.failure());
        var timed = Background.start(() -> layer.receive(LONG, "a")).awaitWaiting();
        timed.interrupt();
        assertInstanceOf(InterruptedException.class, timed.failure());
        layer.send("a", new byte[1]);
        assertNotNull(layer.tryReceive("a"));
    }

    @Test
    default void aReceiveThatIsInterruptedBeforeItStartsTakesNoMessage() throws Exception {
        ChannelLayer layer = open();
        layer.send("a", new byte[1]);
        for (Duration timeout : List.of(Duration.ZERO, LONG)) {
            var receiving = Background.start(() -> {
                Thread.currentThread().interrupt();
                return layer.receive(timeout, "a");
            });
            assertInstanceOf(InterruptedException.class, receiving.failure());
        }
        var untimed = Background.start(() -> {
            Thread.currentThread().interrupt();
            return layer.receive("a");
        });
        assertInstanceOf(InterruptedException.class, untimed.failure());
        assertNotNull(layer.tryReceive("a"));
    }

    @Test
    default void interruptsDoNotDisturbWhatDoesNotWait() throws Exception {
        ChannelLayer layer = open();
        var using = Background.start(() -> {
            Thread.currentThread().interrupt();
            layer.send("a", new byte[1]);
            layer.group("g").add("a");
            layer.group("g").send(new byte[1]);
            assertNotNull(layer.tryReceive("a"));
            assertEquals(1, layer.receiver("a").drain((channel, payload) -> {}, 10));
            layer.clear();
            return Thread.interrupted();
        });
        assertTrue(using.result());
    }

    @Test
    default void interruptsThatRaceWithMessagesLoseNone() throws Exception {
        ChannelLayer layer = open();
        int rounds = 200;
        int received = 0;
        for (int i = 0; i < rounds; i++) {
            var receiving = Background.start(() -> layer.receive("a"));
            if (i % 2 == 0) {
                receiving.awaitWaiting();
            }
            var sending = Background.start(() -> {
                layer.send("a", new byte[1]);
                return true;
            });
            receiving.interrupt();
            assertTrue(sending.result());
            try {
                assertNotNull(receiving.result());
                received++;
            } catch (AssertionError e) {
                assertInstanceOf(InterruptedException.class, e.getCause());
                assertNotNull(layer.tryReceive("a"), "a message is lost");
            }
            assertNull(layer.tryReceive("a"));
        }
        assertTrue(received <= rounds);
    }

    @Test
    default void timeoutsThatRaceWithMessagesLoseNone() throws Exception {
        ChannelLayer layer = open();
        for (int i = 0; i < 100; i++) {
            Duration timeout = Duration.ofNanos(i * 20_000L);
            var receiving = Background.start(() -> layer.receive(timeout, "a") != null);
            layer.send("a", new byte[1]);
            boolean received = receiving.result();
            assertEquals(received, layer.tryReceive("a") == null);
        }
    }

    @Test
    default void aSenderWaitsUntilThereIsRoom() throws Exception {
        ChannelLayer layer = open(options -> options.capacity(1));
        ChannelLayer other = open(options -> options.capacity(1));
        Sender sender = layer.sender("a");
        sender.send(new byte[] {0}, Duration.ZERO);
        for (byte i = 1; i < 4; i++) {
            byte[] payload = {i};
            var sending = Background.start(() -> {
                sender.send(payload, LONG);
                return true;
            });
            sending.awaitWaiting();
            assertEquals(i - 1, other.tryReceive("a").bytes()[0]);
            assertTrue(sending.result());
        }
        assertEquals(3, layer.tryReceive("a").bytes()[0]);
    }

    @Test
    default void aSenderThatWaitsIsLetInByDraining() throws Exception {
        ChannelLayer layer = open(options -> options.capacity(1));
        layer.send("a!x", new byte[1]);
        var sending = Background.start(() -> {
            layer.sender("a!y").send(Map.of("k", 1), LONG);
            return true;
        });
        sending.awaitWaiting();
        assertEquals(1, layer.receiver("a!").drain((channel, payload) -> {}, 1));
        assertTrue(sending.result());
        assertEquals("a!y", layer.tryReceive("a!").channel());
    }

    @Test
    default void aSenderThatWaitsIsLetInByClearing() throws Exception {
        ChannelLayer layer = open(options -> options.capacity(1));
        layer.send("a", new byte[1]);
        var sending = Background.start(() -> {
            layer.sender("a").send(new byte[2], LONG);
            return true;
        });
        sending.awaitWaiting();
        layer.clear();
        assertTrue(sending.result());
        assertEquals(2, layer.tryReceive("a").bytes().length);
    }

    @Test
    default void aSenderThatWaitsIsLetInByExpiry() throws Exception {
        ChannelLayer layer = open(options -> options.capacity(1).expiry(Duration.ofSeconds(60)));
        layer.send("a", new byte[1]);
        var sending = Background.start(() -> {
            layer.sender("a").send(new byte[2], LONG);
            return true;
        });
        sending.awaitWaiting();
        advance(Duration.ofSeconds(61));
        assertTrue(sending.result());
        assertEquals(2, layer.tryReceive("a").bytes().length);
    }

    @Test
    default void aSenderGivesUpWhenTheTimeIsOver() throws InterruptedException {
        ChannelLayer layer = open(options -> options.capacity(1));
        Sender sender = layer.sender("a");
        sender.send(new byte[1]);
        long start = System.nanoTime();
        ChannelFullException full = assertThrows(ChannelFullException.class, () -> sender.send(new byte[2], SHORT));
        assertTrue(System.nanoTime() - start >= SHORT.toNanos());
        assertEquals("a", full.channel());
        assertEquals(1, full.capacity());
        assertFalse(full.memoryFull());
        assertThrows(ChannelFullException.class, () -> sender.send(Map.of(), Duration.ZERO));
        assertThrows(ChannelFullException.class, () -> sender.send(new byte[2], Duration.ofSeconds(-1)));
        assertEquals(1, layer.tryReceive("a").bytes().length);
        assertNull(layer.tryReceive("a"));
    }

    @Test
    default void anInterruptedSenderSendsNothing() throws Exception {
        ChannelLayer layer = open(options -> options.capacity(1));
        layer.send("a", new byte[1]);
        var sending = Background.start(() -> {
            layer.sender("a").send(new byte[2], LONG);
            return true;
        });
        sending.awaitWaiting().interrupt();
        assertInstanceOf(InterruptedException.class, sending.failure());
        var interruptedBefore = Background.start(() -> {
            Thread.currentThread().interrupt();
            layer.sender("other").send(new byte[2], LONG);
            return true;
        });
        assertInstanceOf(InterruptedException.class, interruptedBefore.failure());
        assertEquals(1, layer.tryReceive("a").bytes().length);
        assertNull(layer.tryReceive("a", "other"));
    }
}

package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Says what closing a layer does, and what it does not. */
public interface ClosingConformance extends LayerUnderTest {
    @Test
    default void closingAgainDoesNothing() {
        ChannelLayer layer = open();
        ChannelLayer other = open();
        layer.close();
        int participants = other.statistics().participants();
        layer.close();
        assertEquals(participants, other.statistics().participants());
        assertTrue(participants >= 1);
    }

    @Test
    default void closingWakesAllWhoWait() throws Exception {
        ChannelLayer layer = open(options -> options.capacity(1));
        layer.send("full", new byte[1]);
        List<Background<?>> waiting = new ArrayList<>();
        waiting.add(Background.start(() -> layer.receive("a")));
        waiting.add(Background.start(() -> layer.receive(WaitingConformance.LONG, "a", "b!")));
        waiting.add(Background.startVirtual(() -> layer.receive("a")));
        waiting.add(Background.start(() -> {
            layer.sender("full").send(new byte[1], WaitingConformance.LONG);
            return true;
        }));
        waiting.forEach(Background::awaitWaiting);
        layer.close();
        for (Background<?> each : waiting) {
            assertInstanceOf(IllegalStateException.class, each.failure());
        }
    }

    @Test
    default void closingCompletesFuturesThatWait() {
        ChannelLayer layer = open();
        CompletableFuture<Message> future = layer.receiver("a").receiveAsync();
        layer.close();
        ExecutionException failure = assertThrows(ExecutionException.class, future::get);
        assertInstanceOf(IllegalStateException.class, failure.getCause());
    }

    @Test
    default void aClosedLayerTakesNoMessage() throws Exception {
        ChannelLayer layer = open();
        ChannelLayer other = open();
        var receiving = Background.start(() -> layer.receive("a")).awaitWaiting();
        CompletableFuture<Message> future = layer.receiver("a").receiveAsync();
        layer.close();
        assertInstanceOf(IllegalStateException.class, receiving.failure());
        assertThrows(ExecutionException.class, future::get);
        other.send("a", new byte[1]);
        assertNotNull(other.tryReceive("a"));
    }

    @Test
    default void closingLeavesTheOthersAlone() throws Exception {
        ChannelLayer layer = open();
        ChannelLayer other = open();
        layer.send("waiting", new byte[7]);
        layer.group("g").add("a");
        var receiving = Background.start(() -> other.receive("a")).awaitWaiting();
        layer.close();
        assertEquals(7, other.tryReceive("waiting").bytes().length);
        other.group("g").send(new byte[3]);
        assertEquals(3, receiving.result().bytes().length);
    }

    @Test
    default void whatWasLeftIsThereForThoseWhoComeLater() {
        ChannelLayer layer = open();
        layer.send("waiting", Map.of("k", 1));
        layer.group("g").add("a");
        layer.close();
        ChannelLayer later = open();
        assertEquals(Map.of("k", 1L), later.tryReceive("waiting").map());
        if (differs(Difference.OWN_GROUP_MEMBERS)) {
            assertEquals(0, later.group("g").size());
            assertEquals(new GroupSend(1, 0), later.group("g").send(new byte[2]));
            assertNotNull(later.tryReceive("a"));
            return;
        }
        assertEquals(1, later.group("g").size());
    }

    @Test
    default void aClosedLayerAndItsHandlesRefuseToWork() {
        ChannelLayer layer = open();
        Sender sender = layer.sender("a");
        Receiver receiver = layer.receiver("a");
        Group group = layer.group("g");
        layer.close();
        List<Executable> calls = List.of(
                () -> layer.sender("a"),
                () -> layer.receiver("a"),
                () -> layer.group("g"),
                () -> layer.newChannel("a?"),
                () -> layer.newProcessChannel("a"),
                layer::statistics,
                () -> layer.statistics("a"),
                layer::clear,
                () -> layer.send("a", new byte[1]),
                () -> layer.tryReceive("a"),
                () -> sender.send(new byte[1]),
                () -> sender.send(Map.of()),
                () -> sender.trySend(new byte[1]),
                () -> sender.send(new byte[1], Duration.ZERO),
                () -> sender.sendAll(List.of(new byte[1])),
                receiver::receive,
                () -> receiver.receive(Duration.ZERO),
                receiver::tryReceive,
                receiver::receiveAsync,
                () -> receiver.drain((channel, payload) -> {}, 1),
                () -> group.add("a"),
                () -> group.discard("a"),
                group::channels,
                group::size,
                () -> group.send(new byte[1]));
        for (int i = 0; i < calls.size(); i++) {
            assertThrows(IllegalStateException.class, calls.get(i), "call " + i);
        }
    }

    @Test
    default void closingWhileOthersAreAtWorkHurtsNobody() throws Exception {
        for (int i = 0; i < 20; i++) {
            ChannelLayer layer = open();
            List<Background<Boolean>> working = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                String channel = "work" + t % 2;
                working.add(Background.start(() -> {
                    while (true) {
                        layer.trySend(channel, new byte[300]);
                        layer.tryReceive(channel);
                        layer.group("g").add(channel);
                        layer.group("g").send(Map.of("k", channel));
                        layer.receive(Duration.ofNanos(1000), channel);
                    }
                }));
            }
            ChannelLayer other = open();
            ChannelLayer counting = differs(Difference.OWN_COUNTS) ? layer : other;
            Background.await(() -> counting.statistics().messagesCount() > 10);
            layer.close();
            for (Background<Boolean> each : working) {
                assertInstanceOf(IllegalStateException.class, each.failure());
            }
            other.clear();
            other.close();
        }
    }
}

package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Says how messages are received as futures. */
public interface FuturesConformance extends LayerUnderTest {
    @Test
    default void aFutureTakesAMessageThatIsThere() throws Exception {
        ChannelLayer layer = open();
        layer.send("a!x", new byte[3]);
        Message message = layer.receiver("a!", "b").receiveAsync().get();
        assertEquals("a!x", message.channel());
        assertEquals(3, message.bytes().length);
    }

    @Test
    default void aFutureWaitsForAMessage() throws Exception {
        ChannelLayer layer = open();
        CompletableFuture<Message> future = layer.receiver("a", "b").receiveAsync();
        assertFalse(future.isDone());
        open().send("b", new byte[1]);
        assertEquals("b", future.get().channel());
    }

    @Test
    default void everyFutureTakesOneMessage() throws Exception {
        ChannelLayer layer = open();
        Receiver receiver = layer.receiver("a");
        List<CompletableFuture<Message>> futures = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            futures.add(receiver.receiveAsync());
        }
        for (byte i = 0; i < 20; i++) {
            layer.send("a", new byte[] {i});
        }
        int sum = 0;
        for (CompletableFuture<Message> future : futures) {
            sum += future.get().bytes()[0];
        }
        assertEquals(190, sum);
        assertNull(layer.tryReceive("a"));
    }

    @Test
    default void aFutureMayBeFollowedByAnother() throws Exception {
        ChannelLayer layer = open();
        List<byte[]> six = IntStream.range(0, 6).mapToObj(byte[]::new).toList();
        List<Integer> inOrder = List.of(0, 1, 2, 3, 4, 5);
        assertEquals(inOrder, lengthsOfSix(layer, "a!", () -> six.forEach(layer.sender("a!x")::send)));
        List<Integer> lengths = lengthsOfSix(layer, "b", () -> six.forEach(layer.sender("b")::send));
        if (!differs(Difference.ORDER_FOR_EACH_SERVER)) {
            assertEquals(inOrder, lengths);
            return;
        }
        assertEquals(Set.copyOf(inOrder), Set.copyOf(lengths));
        for (int i = 0; i < 6; i++) {
            lengths = lengthsOfSix(
                    layer, "b", () -> assertEquals(6, layer.sender("b").sendAll(six)));
            assertEquals(inOrder, lengths, "a batch goes to one server");
        }
    }

    private static List<Integer> lengthsOfSix(ChannelLayer layer, String queue, Runnable sending) throws Exception {
        Receiver receiver = layer.receiver(queue);
        List<Integer> lengths = new ArrayList<>();
        CompletableFuture<?> last = takeLength(receiver, lengths);
        for (int i = 1; i < 6; i++) {
            last = last.thenCompose(before -> takeLength(receiver, lengths));
        }
        sending.run();
        last.get();
        return lengths;
    }

    private static CompletableFuture<?> takeLength(Receiver receiver, List<Integer> lengths) {
        return receiver.receiveAsync().thenAccept(message -> lengths.add(message.bytes().length));
    }

    @Test
    default void whatDependsOnAFutureMayUseTheLayer() throws Exception {
        ChannelLayer layer = open();
        CompletableFuture<Void> forwarded =
                layer.receiver("a").receiveAsync().thenAccept(message -> layer.send("b", message.bytes()));
        layer.send("a", new byte[5]);
        forwarded.get();
        assertEquals(5, layer.tryReceive("b").bytes().length);
    }

    @Test
    default void aCancelledFutureTakesNoMessage() {
        ChannelLayer layer = open();
        CompletableFuture<Message> future = layer.receiver("a").receiveAsync();
        assertTrue(future.cancel(true));
        assertTrue(future.isCancelled());
        layer.send("a", new byte[1]);
        assertNotNull(layer.tryReceive("a"));
    }

    @Test
    default void aFutureThatTimedOutTakesNoMessage() throws Exception {
        ChannelLayer layer = open();
        CompletableFuture<Message> future = layer.receiver("a").receiveAsync().orTimeout(1, TimeUnit.MILLISECONDS);
        ExecutionException failure = assertThrows(ExecutionException.class, future::get);
        assertInstanceOf(TimeoutException.class, failure.getCause());
        layer.send("a", new byte[1]);
        assertNotNull(layer.tryReceive("a"));
    }

    @Test
    default void aFutureThatSomebodyCompletedTakesNoMessage() {
        ChannelLayer layer = open();
        Message other = new Message("other", new byte[0], MessageCodec.smile());
        assertTrue(layer.receiver("a").receiveAsync().complete(other));
        assertTrue(layer.receiver("a").receiveAsync().completeExceptionally(new IllegalStateException("no more")));
        layer.send("a", new byte[1]);
        assertNotNull(layer.tryReceive("a"));
    }

    @Test
    default void aFutureThatSomebodyCompletesInAThreadOfHisOwnTakesNoMessage() throws Exception {
        ChannelLayer layer = open();
        Message other = new Message("other", new byte[7], MessageCodec.smile());
        for (int i = 0; i < 50; i++) {
            CompletableFuture<Message> future = layer.receiver("a").receiveAsync();
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100 * i));
            assertEquals(7, future.completeAsync(() -> other).get().bytes().length);
            layer.send("a", new byte[1]);
            assertNotNull(layer.tryReceive("a"), "a message is lost");
            assertSame(future, future.completeAsync(() -> fail("asked for what nobody needs"), Runnable::run));
        }
    }

    @Test
    default void aFutureWhoseSupplierFailsTakesNoMessage() {
        ChannelLayer layer = open();
        CompletableFuture<Message> future = layer.receiver("a").receiveAsync();
        future.completeAsync(
                () -> {
                    throw new IllegalArgumentException("the supplier fails");
                },
                Runnable::run);
        assertEquals("the supplier fails", future.exceptionNow().getMessage());
        layer.send("a", new byte[1]);
        assertNotNull(layer.tryReceive("a"));
    }

    @Test
    default void whoCancelsAgainIsToldThatItIsCancelled() throws Exception {
        ChannelLayer layer = open();
        CompletableFuture<Message> future = layer.receiver("a").receiveAsync();
        assertTrue(future.cancel(false));
        assertTrue(future.cancel(false));
        layer.send("a", new byte[1]);
        CompletableFuture<Message> completed = layer.receiver("a").receiveAsync();
        assertNotNull(completed.get());
        assertFalse(completed.cancel(false));
    }

    @Test
    default void theMessageOfACancelledFutureGoesToTheNext() throws Exception {
        ChannelLayer layer = open();
        CompletableFuture<Message> cancelled = layer.receiver("a").receiveAsync();
        CompletableFuture<Message> next = layer.receiver("a").receiveAsync();
        cancelled.cancel(false);
        layer.send("a", new byte[1]);
        assertNotNull(next.get());
    }

    @Test
    default void cancellationsThatRaceWithMessagesLoseNone() throws Exception {
        ChannelLayer layer = open();
        for (int i = 0; i < 300; i++) {
            CompletableFuture<Message> future = layer.receiver("a").receiveAsync();
            var sending = Background.start(() -> {
                layer.send("a", new byte[1]);
                return true;
            });
            boolean cancelled = future.cancel(false);
            assertTrue(sending.result());
            if (cancelled) {
                assertNotNull(layer.tryReceive("a"), "a message is lost");
            } else {
                assertNotNull(future.get());
            }
            assertNull(layer.tryReceive("a"));
        }
    }

    @Test
    default void cancellationsAfterAHundredDelaysNeitherHangNorLose() throws Exception {
        ChannelLayer layer = open();
        Receiver receiver = layer.receiver("a");
        for (int i = 0; i < 100; i++) {
            layer.send("a", new byte[i]);
            CompletableFuture<Message> future = receiver.receiveAsync();
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100 * i));
            Message message = future.cancel(false) ? layer.tryReceive("a") : future.get();
            assertNotNull(message, "a message is lost");
            assertEquals(i, message.bytes().length);
        }
        assertNull(layer.tryReceive("a"));
    }
}

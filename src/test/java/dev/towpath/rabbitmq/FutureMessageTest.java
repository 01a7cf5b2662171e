package dev.towpath.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.Background;
import dev.towpath.Message;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FutureMessageTest extends BrokerTest {
    @Test
    void whoeverCancelsWhileNothingIsGivenAfterAllHasCancelled() throws Exception {
        RabbitMqLayer layer = open();
        CompletableFuture<Message> future = layer.receiver("x").receiveAsync();
        Waiter claimed = layer.engine().mailroom().claim("x");
        var cancelling = Background.start(() -> future.cancel(false)).awaitWaiting();
        claimed.tellToLookAgain();
        assertTrue(cancelling.result());
        assertTrue(future.isCancelled());
        layer.send("x", new byte[1]);
        assertNotNull(layer.tryReceive("x"));
    }

    @Test
    void whoeverCancelsWhileAMessageIsGivenHasNot() throws Exception {
        RabbitMqLayer layer = open();
        CompletableFuture<Message> future = layer.receiver("x").receiveAsync();
        Waiter claimed = layer.engine().mailroom().claim("x");
        var cancelling = Background.start(() -> future.cancel(false)).awaitWaiting();
        claimed.give(new Message("x", new byte[3], Parcel.FORMAT.codec()));
        assertFalse(cancelling.result());
        assertEquals(3, future.get().bytes().length);
    }

    @Test
    void whatDependsOnACancelledFutureMayWaitForOthersWhoCancelIt() throws Exception {
        CompletableFuture<Message> future = open().receiver("x").receiveAsync();
        CompletableFuture<Boolean> other = future.handle((message, failure) -> {
            var cancelling = Background.start(() -> future.cancel(false));
            Background.await(cancelling::isDone);
            return true;
        });
        assertTrue(future.cancel(false));
        assertTrue(future.cancel(false), "it is cancelled already");
        assertTrue(other.get());
    }
}

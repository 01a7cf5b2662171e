package dev.towpath.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.towpath.BackendUnavailableException;
import dev.towpath.BackendUnavailableException.Outcome;
import dev.towpath.Background;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class DeletedQueueTest extends BrokerTest {
    @Test
    void whoSendsToAQueueThatSomebodyKeepsDeletingIsToldThatNothingWasSent() throws Exception {
        RabbitMqLayer layer = open();
        AtomicBoolean enough = new AtomicBoolean();
        try (Connection connection = connect();
                Channel channel = connection.createChannel()) {
            var deleting = Background.start(() -> {
                while (!enough.get()) {
                    channel.queueDelete("asgi:deleted");
                }
                return true;
            });
            Background.await(() -> isRefused(layer));
            enough.set(true);
            assertTrue(deleting.result());
        }
    }

    private static boolean isRefused(RabbitMqLayer layer) {
        try {
            layer.send("deleted", new byte[1]);
            return false;
        } catch (BackendUnavailableException e) {
            return e.outcome() == Outcome.NOT_SENT;
        }
    }
}

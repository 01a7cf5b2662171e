package dev.towpath.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.towpath.brokers.RabbitBroker;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Removes the shared queues that layers have left at the broker, so that no test finds those of another. */
final class LeftBehind {
    private static @Nullable Connection cleaning;

    private final List<RabbitMqLayer> layers = new ArrayList<>();

    RabbitMqLayer note(RabbitMqLayer layer) {
        layers.add(layer);
        return layer;
    }

    void remove() throws Exception {
        Set<String> queues = new LinkedHashSet<>();
        for (RabbitMqLayer layer : layers) {
            layer.close();
            layer.engine().sharedQueues().known().forEach(address -> queues.add(address.queue()));
        }
        try (Channel channel = connection().createChannel()) {
            for (String queue : queues) {
                channel.queueDeleteNoWait(queue, false, false);
            }
            channel.basicQos(1); // is answered when all are deleted
        }
    }

    /** All tests of a JVM use one connection, as long as no broker is stopped. */
    private static synchronized Connection connection() throws Exception {
        if (cleaning == null || !cleaning.isOpen()) {
            ConnectionFactory factory = new ConnectionFactory();
            factory.setUri(RabbitBroker.shared().uri());
            factory.setAutomaticRecoveryEnabled(false);
            factory.setThreadFactory(Thread.ofVirtual().factory()); // which keeps no JVM alive
            cleaning = factory.newConnection();
        }
        return cleaning;
    }
}

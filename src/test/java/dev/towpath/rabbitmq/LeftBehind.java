package dev.towpath.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.towpath.brokers.RabbitBroker;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Removes the shared queues that layers have left at the broker, so that no test finds those of another. */
final class LeftBehind {
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
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(RabbitBroker.shared().uri());
        try (Connection connection = factory.newConnection();
                Channel channel = connection.createChannel()) {
            for (String queue : queues) {
                channel.queueDelete(queue);
            }
        }
    }
}

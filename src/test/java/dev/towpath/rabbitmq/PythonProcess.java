package dev.towpath.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import dev.towpath.MessageCodec;
import dev.towpath.brokers.RabbitBroker;
import dev.towpath.wire.MessagePackCodec;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Does at the broker, order by order, what a Python process with channels_rabbitmq 4 does. */
final class PythonProcess implements AutoCloseable {
    private static final MessageCodec CODEC = new MessagePackCodec();
    private static final int EXPIRY_MILLIS = 60_000;

    private final Connection connection;
    private final Channel channel;
    private final Channel publishing;
    private final String inbox;
    private final BlockingQueue<Delivery> arrived = new LinkedBlockingQueue<>();

    PythonProcess(String inbox) throws Exception {
        this.inbox = inbox;
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(RabbitBroker.shared().uri());
        factory.setAutomaticRecoveryEnabled(false);
        connection = factory.newConnection();
        channel = connection.createChannel();
        channel.exchangeDeclare("groups", "direct", false, false, false, Map.of());
        channel.queueDeclare(
                inbox,
                false,
                true,
                false,
                Map.of("x-max-length", 100, "x-message-ttl", EXPIRY_MILLIS, "x-overflow", "reject-publish"));
        channel.basicQos(100);
        channel.basicConsume(inbox, false, "carehare", (tag, delivery) -> arrived.add(delivery), tag -> {});
        publishing = connection.createChannel();
        publishing.confirmSelect();
    }

    /** A name that others can send to and put nowhere. */
    String newChannel() {
        return inbox + "!LcUTeHzGzPGN";
    }

    /** Sends, and tells whether the broker took it. */
    boolean send(String name, Map<String, Object> message) throws Exception {
        return publish("", name.substring(0, name.indexOf('!')), message, "__asgi_channel__", name);
    }

    boolean groupSend(String group, Map<String, Object> message) throws Exception {
        return publish("groups", group, message, "__asgi_group__", group);
    }

    private boolean publish(String exchange, String key, Map<String, Object> message, String mark, String name)
            throws Exception {
        Map<String, Object> marked = new LinkedHashMap<>(message);
        marked.put(mark, name);
        publishing.basicPublish(exchange, key, false, new AMQP.BasicProperties(), CODEC.encode(marked));
        return publishing.waitForConfirms();
    }

    void groupAdd(String group) throws IOException {
        channel.queueBind(inbox, "groups", group);
    }

    /** Receives the next message for any channel of this process, with its mark. */
    Map<String, @Nullable Object> receive() throws Exception {
        Delivery delivery = arrived.poll(60, TimeUnit.SECONDS);
        if (delivery == null) {
            throw new AssertionError("nothing has arrived");
        }
        channel.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
        return CODEC.decode(delivery.getBody());
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}

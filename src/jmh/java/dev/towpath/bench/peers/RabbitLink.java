package dev.towpath.bench.peers;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Sends through two queues of a RabbitMQ server on this machine, with or without confirmations. A full queue refuses
 * what comes, so that a sender that is too fast does not fill the server.
 */
final class RabbitLink implements Link {
    private static final byte[] NOTHING = {};
    private static final Map<String, Object> LIMITED = Map.of("x-max-length", 10_000, "x-overflow", "reject-publish");

    private final Connection connection;
    private final Channel channel;
    private final boolean confirmed;
    private final String out;
    private final LinkedBlockingQueue<Delivery> received = new LinkedBlockingQueue<>();

    RabbitLink(Endpoint endpoint, boolean confirmed) throws Exception {
        this.confirmed = confirmed;
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(Servers.uri(Peer.RABBITMQ));
        connection = factory.newConnection();
        channel = connection.createChannel();
        out = endpoint.unique() + endpoint.out();
        String in = endpoint.unique() + endpoint.in();
        channel.queueDeclare(out, false, false, false, LIMITED);
        channel.queueDeclare(in, false, false, false, LIMITED);
        if (confirmed) {
            channel.confirmSelect();
        }
        channel.basicConsume(in, true, (tag, delivery) -> received.add(delivery), tag -> {});
    }

    @Override
    public boolean offer(byte[] message) throws IOException, InterruptedException {
        channel.basicPublish("", out, (AMQP.BasicProperties) null, message);
        return isAccepted();
    }

    @Override
    public int offerAll(List<byte[]> messages) throws IOException, InterruptedException {
        for (byte[] message : messages) {
            channel.basicPublish("", out, (AMQP.BasicProperties) null, message);
        }
        return isAccepted() ? messages.size() : 0;
    }

    /** Whether all that was sent has arrived, as far as is known. */
    private boolean isAccepted() throws InterruptedException {
        return !confirmed || channel.waitForConfirms();
    }

    @Override
    public boolean offerMap(Map<String, Object> message) throws IOException, InterruptedException {
        AMQP.BasicProperties properties =
                new AMQP.BasicProperties.Builder().headers(message).build();
        channel.basicPublish("", out, properties, NOTHING);
        return isAccepted();
    }

    @Override
    public int tryTake() {
        Delivery delivery = received.poll();
        return delivery == null ? -1 : delivery.getBody()[0];
    }

    @Override
    public @Nullable Map<?, ?> tryTakeMap() {
        Delivery delivery = received.poll();
        return delivery == null ? null : delivery.getProperties().getHeaders();
    }

    @Override
    public int take() throws InterruptedException {
        return received.take().getBody()[0];
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}

package dev.towpath.bench.peers;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;

/** Sends through two queues of a RabbitMQ server on this machine, without acknowledgements. */
final class RabbitLink implements Link {
    private final Connection connection;
    private final Channel channel;
    private final String out;
    private final LinkedBlockingQueue<byte[]> received = new LinkedBlockingQueue<>();

    RabbitLink(Endpoint endpoint) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(Integer.getInteger("peers.rabbitmq"));
        connection = factory.newConnection();
        channel = connection.createChannel();
        out = endpoint.unique() + endpoint.out();
        String in = endpoint.unique() + endpoint.in();
        channel.queueDeclare(out, false, false, false, null);
        channel.queueDeclare(in, false, false, false, null);
        channel.basicQos(1_000);
        channel.basicConsume(in, true, (tag, delivery) -> received.add(delivery.getBody()), tag -> {});
    }

    @Override
    public boolean offer(byte[] message) throws IOException {
        channel.basicPublish("", out, (AMQP.BasicProperties) null, message);
        return true;
    }

    @Override
    public int poll(int limit) {
        int polled = 0;
        while (polled < limit && tryTake() >= 0) {
            polled++;
        }
        return polled;
    }

    @Override
    public int tryTake() {
        byte[] message = received.poll();
        return message == null ? -1 : message[0];
    }

    @Override
    public int take() throws InterruptedException {
        return received.take()[0];
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}

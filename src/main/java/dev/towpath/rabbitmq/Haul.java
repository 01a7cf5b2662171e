package dev.towpath.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Takes many messages from a shared queue with a handful of questions to the broker, where taking them one by one asks
 * for each.
 *
 * <p>A consumer lives just long enough to be sent as many messages as are wanted, so that none need go back. As with
 * the {@link SharedConsumers}, it is cancelled before its messages are acknowledged, otherwise the broker would send
 * more, and nothing is given before the broker has answered a question that came after the acknowledgement: if the
 * connection is lost before that, the messages are in the queue again, or lost, but nobody sees one twice.
 */
final class Haul implements Channels.Call<List<byte[]>> {
    /** The fewest messages that are worth the questions. */
    static final int LEAST = 8;

    /** The most, as they are all in memory at the same time. */
    static final int MOST = 64;

    /** The same each time: the client remembers tags that were cancelled without an answer. */
    private static final String TAG = "haul";

    private final String queue;
    private final int wanted;

    Haul(String queue, int wanted) {
        this.queue = queue;
        this.wanted = wanted;
    }

    @Override
    public List<byte[]> on(Channel channel) throws IOException {
        Hold hold = new Hold(channel);
        channel.basicQos(wanted);
        channel.basicConsume(queue, false, TAG, hold);
        channel.queueDeclarePassive(queue); // when the queue answers, what it has is on its way
        channel.asyncRpc(
                new AMQP.Basic.Cancel.Builder().consumerTag(TAG).nowait().build());
        channel.basicQos(wanted); // this answer follows what was on its way
        if (hold.bodies.size() < wanted) {
            channel.basicQos(wanted); // the first may have overtaken what came before the queue heard of the cancelling
        }
        if (!hold.bodies.isEmpty()) {
            channel.basicAck(hold.lastTag, true);
            channel.basicQos(wanted); // the barrier
        }
        return hold.bodies;
    }

    /** Collects what arrives. The answers to questions make it visible to the thread that asks them. */
    private static final class Hold extends DefaultConsumer {
        private final List<byte[]> bodies = Collections.synchronizedList(new ArrayList<>());
        private volatile long lastTag;

        Hold(Channel channel) {
            super(channel);
        }

        @Override
        public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
            bodies.add(body);
            lastTag = envelope.getDeliveryTag();
        }
    }
}

package dev.towpath.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Publishes over one AMQP channel, and tells each message what the broker says of it. One thread publishes; the
 * broker's words come in that which reads the connection.
 *
 * <p>A message that has no queue comes back, with nothing that says which it was, and is confirmed after that. It is
 * taken for the oldest unconfirmed one that is equal to it in routing key and body: of equal messages it does not
 * matter which one was dropped.
 */
final class ConfirmingChannel {
    private static final AMQP.BasicProperties NO_PROPERTIES = new AMQP.BasicProperties();

    private final Channel channel;
    private final ConcurrentSkipListMap<Long, Publication> unconfirmed = new ConcurrentSkipListMap<>();
    private final AtomicLong unconfirmedBytes = new AtomicLong();

    private ConfirmingChannel(Channel channel) {
        this.channel = channel;
    }

    static ConfirmingChannel on(BrokerConnection connection) throws IOException {
        ConfirmingChannel confirming = new ConfirmingChannel(connection.newChannel());
        Channel channel = confirming.channel;
        channel.addConfirmListener(
                (tag, multiple) -> confirming.settle(tag, multiple, each -> each.confirmed(true)),
                (tag, multiple) -> confirming.settle(tag, multiple, each -> each.confirmed(false)));
        channel.addReturnListener(back -> confirming.noteReturned(back.getRoutingKey(), back.getBody()));
        channel.addShutdownListener(cause -> confirming.endWith(cause));
        channel.confirmSelect();
        return confirming;
    }

    /** Writes a message; whatever is thrown, it may have left, unless the channel was closed before. */
    void publish(Publication publication) throws IOException {
        long number = channel.getNextPublishSeqNo();
        unconfirmed.put(number, publication);
        unconfirmedBytes.addAndGet(publication.size());
        try {
            channel.basicPublish(
                    publication.exchange(), publication.routingKey(), true, NO_PROPERTIES, publication.body());
        } catch (AlreadyClosedException e) {
            if (unconfirmed.remove(number) != null) {
                unconfirmedBytes.addAndGet(-publication.size());
            }
            throw e;
        }
    }

    /** How much the broker has perhaps not read yet: what it has confirmed, it has read. */
    long unconfirmedBytes() {
        return unconfirmedBytes.get();
    }

    private void settle(long tag, boolean multiple, Consumer<Publication> verdict) {
        Map<Long, Publication> settled = multiple ? unconfirmed.headMap(tag, true) : unconfirmed.subMap(tag, tag + 1);
        Collection<Publication> publications = List.copyOf(settled.values());
        settled.clear();
        unconfirmedBytes.addAndGet(
                -publications.stream().mapToLong(Publication::size).sum());
        publications.forEach(verdict);
    }

    private void noteReturned(String routingKey, byte[] body) {
        for (Publication each : unconfirmed.values()) {
            if (!each.isReturned() && each.routingKey().equals(routingKey) && Arrays.equals(each.body(), body)) {
                each.noteReturned();
                return;
            }
        }
    }

    /** Tells all that are unconfirmed that nobody knows what became of them. */
    private void endWith(Throwable cause) {
        settle(Long.MAX_VALUE - 1, true, each -> each.failed(Publication.Fate.UNKNOWN, cause));
    }
}

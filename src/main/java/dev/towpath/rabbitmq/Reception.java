package dev.towpath.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import dev.towpath.WireFormatException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the inbox of a layer over each new connection, exactly as Python's layer does: exchange, a look whether the
 * name is free, queue, bindings, consumer.
 *
 * <p>The name of the inbox stays the same, so that those who know it can go on sending. While the broker still has the
 * inbox of the connection that was lost, a new one cannot be had, and must not be shared with the old one.
 */
final class Reception {
    private final Addresses addresses;
    private final Groups groups;
    private final Duration expiry;
    private final int remoteCapacity;
    private final int windowSize;

    Reception(Addresses addresses, Groups groups, Duration expiry, int remoteCapacity, int windowSize) {
        this.addresses = addresses;
        this.groups = groups;
        this.expiry = expiry;
        this.remoteCapacity = remoteCapacity;
        this.windowSize = windowSize;
    }

    ConsumeSession open(BrokerConnection connection, ConsumeSession.Listener listener) throws IOException {
        Channel first = connection.newChannel();
        declareExchange(first, groups.exchange(), BuiltinExchangeType.DIRECT);
        declareExchange(first, addresses.controlExchange(), BuiltinExchangeType.FANOUT);
        requireFreeInbox(first);
        Channel channel = connection.newChannel();
        String inbox = addresses.inbox();
        declareInbox(channel, inbox);
        channel.queueBind(inbox, addresses.controlExchange(), "");
        ConsumeSession session = new ConsumeSession(connection, channel, inbox, windowSize, listener);
        groups.bindInbox(channel, inbox);
        session.consume();
        return session;
    }

    static void declareExchange(Channel channel, String name, BuiltinExchangeType type) throws IOException {
        try {
            channel.exchangeDeclare(name, type, false, false, null);
        } catch (IOException e) {
            Refused refused = Refused.in(e);
            if (refused != null) {
                throw new WireFormatException("exchange " + name, "another one: " + refused.reason(), e);
            }
            throw e;
        }
    }

    /** Insists that there is no such queue; the broker closes the AMQP channel over which it says so. */
    private void requireFreeInbox(Channel channel) throws IOException {
        try {
            channel.rpc(new AMQP.Queue.Declare.Builder()
                    .queue(addresses.inbox())
                    .passive()
                    .build());
        } catch (IOException e) {
            Refused refused = Refused.in(e);
            if (refused != null && refused.code() == SharedQueues.NOT_FOUND) {
                return;
            }
            throw orTaken(refused, e);
        }
        throw new InboxTakenException(addresses.inbox());
    }

    private IOException orTaken(@Nullable Refused refused, IOException e) {
        boolean taken = refused != null && refused.code() == SharedQueues.RESOURCE_LOCKED;
        return taken ? new InboxTakenException(addresses.inbox()) : e;
    }

    private void declareInbox(Channel channel, String inbox) throws IOException {
        Map<String, Object> arguments = new HashMap<>();
        arguments.put("x-max-length", remoteCapacity);
        arguments.put("x-message-ttl", SharedQueues.millis(expiry));
        arguments.put("x-overflow", "reject-publish");
        try {
            channel.queueDeclare(inbox, false, true, false, arguments);
        } catch (IOException e) {
            throw orTaken(Refused.in(e), e);
        }
    }
}

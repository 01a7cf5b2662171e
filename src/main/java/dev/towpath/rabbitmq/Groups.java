package dev.towpath.rabbitmq;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import dev.towpath.BackendUnavailableException;
import dev.towpath.WireFormatException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Puts channels into groups: binds their queues to the exchange of the groups. Thread-safe.
 *
 * <p>A queue is bound as long as one member of the group that this layer knows has it; a message to the group comes to
 * it once, and is copied for each member here. Whoever changes a group looks which members it has now, and binds or
 * unbinds accordingly; he waits for those before him, so that the broker never hears what is out of date. What it could
 * not be told because there was no connection, it is told over the next, as things are then: binding again what is
 * bound, and unbinding what is not, does nothing.
 */
final class Groups {
    private static final Logger LOGGER = System.getLogger(Groups.class.getName());

    private final Orders orders;
    private final SharedQueues sharedQueues;
    private final String exchange;
    private final Memberships memberships;
    private final ReentrantLock order = new ReentrantLock();

    /** The bindings that the broker may not have as they should be, and a channel of the queue of each. */
    private final Map<Binding, Address> doubtful = new LinkedHashMap<>();

    private record Binding(String group, String queue) {}

    Groups(Orders orders, SharedQueues sharedQueues, String exchange, Duration expiry) {
        this.orders = orders;
        this.sharedQueues = sharedQueues;
        this.exchange = exchange;
        this.memberships = new Memberships(expiry);
    }

    String exchange() {
        return exchange;
    }

    Memberships memberships() {
        return memberships;
    }

    void add(String group, Address member) {
        if (member.kind() == Address.Kind.FOREIGN_INBOX) {
            throw new UnsupportedOperationException("cannot add " + member.channel() + " to group " + group
                    + ": only the layer or process that made the name can, because its queue " + member.queue()
                    + " is exclusive to it");
        }
        order.lock();
        try {
            boolean bound = memberships.contain(group, member.queue());
            memberships.add(group, member);
            if (!bound || member.isShared()) { // a shared queue may have gone meanwhile, and its bindings with it
                putRight(group, member);
            }
        } catch (UnsupportedOperationException | WireFormatException e) {
            memberships.remove(group, member.channel());
            throw e;
        } finally {
            order.unlock();
        }
    }

    void discard(String group, Address member) {
        order.lock();
        try {
            boolean known = memberships.remove(group, member.channel());
            boolean whole = member.isShared() && member.channel().indexOf('!') < 0; // whoever may have added it
            if (known || whole) {
                putRight(group, member);
            }
        } finally {
            order.unlock();
        }
    }

    /** Binds or unbinds the queue of a channel, as its group is now; false if there was no connection for that. */
    private boolean putRight(String group, Address member) {
        Binding binding = new Binding(group, member.queue());
        doubtful.put(binding, member);
        if (orders.session() == null) {
            return false;
        }
        try {
            if (memberships.contain(group, member.queue())) {
                bind(group, member);
            } else {
                unbind(group, member);
            }
        } catch (BackendUnavailableException e) {
            return false; // the connection is lost: the next one brings it up again
        } catch (UnsupportedOperationException | WireFormatException e) {
            doubtful.remove(binding);
            throw e;
        }
        doubtful.remove(binding);
        return true;
    }

    private void bind(String group, Address member) {
        try {
            try {
                ensureAndBind(group, member);
            } catch (Refused e) {
                if (e.code() != SharedQueues.NOT_FOUND) {
                    throw e;
                }
                sharedQueues.forget(member); // somebody has deleted the queue
                ensureAndBind(group, member);
            }
        } catch (Refused e) {
            throw sharedQueues.translate(member, e);
        }
    }

    private void ensureAndBind(String group, Address member) {
        if (member.isShared()) {
            sharedQueues.ensure(member);
        }
        orders.repeatedly(channel -> channel.queueBind(member.queue(), exchange, group));
    }

    private void unbind(String group, Address member) {
        try {
            orders.repeatedly(channel -> channel.queueUnbind(member.queue(), exchange, group));
        } catch (Refused e) {
            if (e.code() != SharedQueues.NOT_FOUND) { // a queue that is gone is bound to nothing
                throw sharedQueues.translate(member, e);
            }
        }
    }

    /** Puts right what is doubtful, as long as there is a connection. */
    private void catchUp() {
        for (Map.Entry<Binding, Address> each : List.copyOf(doubtful.entrySet())) {
            try {
                if (!putRight(each.getKey().group(), each.getValue())) {
                    return;
                }
            } catch (IllegalStateException e) {
                return; // the layer is closed
            } catch (UnsupportedOperationException | WireFormatException e) {
                LOGGER.log(Level.WARNING, "cannot change a group as was asked for while the connection was lost", e);
            }
        }
    }

    /** Binds the inbox to its groups over a connection that is just being made. */
    void bindInbox(Channel channel, String inbox) throws IOException {
        for (String group : memberships.groups()) {
            if (memberships.contain(group, inbox)) {
                channel.queueBind(inbox, exchange, group);
            }
        }
    }

    /** Makes the exchange anew that somebody has deleted, and binds to it what was bound to it. */
    void restore(String inbox) {
        orders.repeatedly(channel -> {
            Reception.declareExchange(channel, exchange, BuiltinExchangeType.DIRECT);
            bindInbox(channel, inbox);
            return exchange;
        });
        began();
    }

    /**
     * Binds the shared queues over a new connection, as the exchange may be a new one, and puts right what is doubtful.
     * Does it in a thread of its own: whoever keeps the connection must not wait for the broker.
     */
    void began() {
        Thread.ofVirtual().name("towpath-rabbitmq-groups").start(() -> {
            order.lock();
            try {
                for (String group : memberships.groups()) {
                    memberships.of(group).stream()
                            .filter(Address::isShared)
                            .forEach(member -> doubtful.put(new Binding(group, member.queue()), member));
                }
                catchUp();
            } finally {
                order.unlock();
            }
        });
    }

    /** Ends the memberships whose time is over. */
    void sweep() {
        order.lock();
        try {
            memberships.removeOver((group, member) -> doubtful.put(new Binding(group, member.queue()), member));
            catchUp();
        } finally {
            order.unlock();
        }
    }

    /** Ends all memberships that this layer knows. */
    void clear() {
        for (String group : memberships.groups()) {
            List<Address> members = memberships.of(group);
            members.forEach(member -> discard(group, member));
        }
    }
}

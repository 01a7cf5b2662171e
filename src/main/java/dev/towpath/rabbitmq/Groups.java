package dev.towpath.rabbitmq;

import com.rabbitmq.client.Channel;
import dev.towpath.BackendUnavailableException;
import dev.towpath.WireFormatException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Puts channels into groups: binds their queues to the exchange of the groups. Thread-safe.
 *
 * <p>A queue is bound as long as one member of the group that this layer knows has it; a message to the group comes to
 * it once, and is copied for each member here. Whoever changes a group waits for those before him, so that the broker
 * hears of changes in their order. What it could not be told because there was no connection, it is told over the next:
 * binding again what is bound, and unbinding what is not, does nothing.
 */
final class Groups {
    private static final Logger LOGGER = System.getLogger(Groups.class.getName());

    private final Orders orders;
    private final SharedQueues sharedQueues;
    private final String exchange;
    private final Memberships memberships;
    private final ReentrantLock order = new ReentrantLock();
    private final Deque<Runnable> untold = new ArrayDeque<>();

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
                tell(() -> bind(group, member));
            }
        } catch (UnsupportedOperationException | WireFormatException e) {
            memberships.remove(group, member.channel());
            throw e;
        } finally {
            order.unlock();
        }
    }

    private void bind(String group, Address member) {
        if (member.isShared()) {
            sharedQueues.ensure(member);
        }
        orders.repeatedly(channel -> channel.queueBind(member.queue(), exchange, group));
    }

    void discard(String group, Address member) {
        order.lock();
        try {
            boolean known = memberships.remove(group, member.channel());
            boolean whole = member.isShared() && member.channel().indexOf('!') < 0; // whoever may have added it
            if ((known || whole) && !memberships.contain(group, member.queue())) {
                tell(() -> unbind(group, member));
            }
        } finally {
            order.unlock();
        }
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

    /** Tells the broker something, after all that it could not be told before; or later, if there is no connection. */
    private void tell(Runnable news) {
        catchUp();
        if (!untold.isEmpty() || orders.session() == null) {
            untold.addLast(news);
            return;
        }
        try {
            news.run();
        } catch (BackendUnavailableException e) {
            untold.addLast(news); // the connection is lost: the next one brings it up again
        }
    }

    /** Tells the broker what it could not be told, as long as there is a connection. */
    private void catchUp() {
        while (!untold.isEmpty() && orders.session() != null) {
            try {
                untold.getFirst().run();
                untold.removeFirst();
            } catch (BackendUnavailableException | IllegalStateException e) {
                return; // the connection is lost, or the layer is closed
            } catch (UnsupportedOperationException | WireFormatException e) {
                LOGGER.log(Level.WARNING, "cannot change a group as was asked for while the connection was lost", e);
                untold.removeFirst();
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

    /** Binds the shared queues over a new connection, as the exchange may be a new one, and tells what was not told. */
    void began() {
        order.lock();
        try {
            for (String group : memberships.groups()) {
                memberships.of(group).stream()
                        .filter(Address::isShared)
                        .forEach(member -> untold.addFirst(() -> bind(group, member)));
            }
            catchUp();
        } finally {
            order.unlock();
        }
    }

    /** Ends the memberships whose time is over. */
    void sweep() {
        order.lock();
        try {
            memberships.removeOver((group, member) -> {
                if (!memberships.contain(group, member.queue())) {
                    untold.addLast(() -> unbind(group, member));
                }
            });
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

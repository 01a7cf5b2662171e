package dev.towpath.rabbitmq;

import dev.towpath.rabbitmq.Publication.Fate;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;

/**
 * Removes the messages and groups that this layer knows, and asks the other layers to do so with those that they know:
 * the broker tells nobody which queues it has.
 */
final class Clearing {
    private static final Logger LOGGER = System.getLogger(Clearing.class.getName());

    private static final String ORDER_KEY = "op";
    private static final String CLEAR = "clear";
    private static final String FROM_KEY = "from";

    private final Addresses addresses;
    private final Orders orders;
    private final SharedQueues sharedQueues;
    private final Mailroom mailroom;
    private final Groups groups;
    private final Publisher publisher;

    Clearing(
            Addresses addresses,
            Orders orders,
            SharedQueues sharedQueues,
            Mailroom mailroom,
            Groups groups,
            Publisher publisher) {
        this.addresses = addresses;
        this.orders = orders;
        this.sharedQueues = sharedQueues;
        this.mailroom = mailroom;
        this.groups = groups;
        this.publisher = publisher;
    }

    /** Clears everywhere. */
    void clear() {
        byte[] order = Parcel.FORMAT.codec().encode(Map.of(ORDER_KEY, CLEAR, FROM_KEY, addresses.inbox()));
        clearHere(); // first, so that the own inbox is not full when the order comes there too
        Fate fate = publisher.publish(addresses.controlExchange(), "", order);
        if (fate != Fate.ACCEPTED) {
            LOGGER.log(Level.WARNING, "not every other layer was asked to clear: {0}, an inbox or the broker", fate);
        }
    }

    private void clearHere() {
        groups.clear();
        sharedQueues.purge();
        orders.repeatedly(channel -> channel.queuePurge(addresses.inbox()));
        orders.awaitArrivals();
        mailroom.clear();
    }

    /** Takes note of what another layer has sent to all. */
    void hear(byte[] order) {
        Map<String, ?> content;
        try {
            content = Parcel.FORMAT.codec().decode(order);
        } catch (IllegalArgumentException e) {
            LOGGER.log(Level.WARNING, "cannot read what another layer asks for", e);
            return;
        }
        if (CLEAR.equals(content.get(ORDER_KEY)) && !addresses.inbox().equals(content.get(FROM_KEY))) {
            Thread.ofVirtual().name("towpath-rabbitmq-clear").start(this::clearQuietly);
        }
    }

    private void clearQuietly() {
        try {
            clearHere();
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "another layer has asked to clear everything, but something is left", e);
        }
    }
}

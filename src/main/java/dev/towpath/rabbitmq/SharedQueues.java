package dev.towpath.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import dev.towpath.BackendUnavailableException;
import dev.towpath.CapacityRules;
import dev.towpath.WireFormatException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Declares the queues that all layers share, and takes messages from them. Thread-safe.
 *
 * <p>A shared queue is durable and classic: quorum queues do not keep to a capacity exactly, and newer brokers refuse
 * queues that are neither durable nor exclusive. Its messages are transient all the same. The broker deletes it when it
 * has not been used for long. Publishing is no use in that sense, declaring is: so a queue is declared again as soon as
 * the last time is longer ago than a message may wait, and every message has its whole time.
 *
 * <p>Who declares a queue first decides its capacity and expiry. Others use it as it is.
 */
final class SharedQueues {
    private static final Logger LOGGER = System.getLogger(SharedQueues.class.getName());

    static final int RESOURCE_LOCKED = 405;
    static final int NOT_FOUND = 404;
    private static final int PRECONDITION_FAILED = 406;

    /** The longest time that a broker accepts: 32 bits of milliseconds. */
    private static final long LONGEST_MILLIS = 0xFFFF_FFFFL;

    private static final long SHORTEST_LIFE_MILLIS = 60_000;

    private final Orders orders;
    private final CapacityRules capacityRules;
    private final long expiryMillis;
    private final ConcurrentMap<String, Known> known = new ConcurrentHashMap<>();

    /** A queue that this layer has declared: in which session, and when. */
    private record Known(Address address, @Nullable Object session, long declaredNanos) {}

    SharedQueues(Orders orders, CapacityRules capacityRules, Duration expiry) {
        this.orders = orders;
        this.capacityRules = capacityRules;
        this.expiryMillis = millis(expiry);
    }

    /** Rounds a time up to what a broker accepts. */
    static long millis(Duration duration) {
        return Math.clamp(duration.plusNanos(999_999).toMillis(), 1, LONGEST_MILLIS);
    }

    /** How long a queue lives when nobody uses it. */
    long lifeMillis() {
        return Math.clamp(3 * expiryMillis, SHORTEST_LIFE_MILLIS, LONGEST_MILLIS);
    }

    /** Sees to it that a queue is there, and will be as long as a message may wait. */
    void ensure(Address address) {
        Known before = known.get(address.queue());
        if (before != null && Objects.equals(before.session, orders.session()) && !isOld(before)) {
            return;
        }
        Object session = orders.session(); // before it is declared: it may be lost in between
        long now = System.nanoTime();
        try {
            orders.repeatedly(channel -> declare(channel, address));
        } catch (Refused e) {
            if (e.code() != PRECONDITION_FAILED) {
                throw translate(address, e);
            }
            useAsItIs(address, before == null);
        }
        known.put(address.queue(), new Known(address, session, now));
    }

    private boolean isOld(Known one) {
        return System.nanoTime() - one.declaredNanos
                > Duration.ofMillis(expiryMillis).toNanos();
    }

    /** Declares a queue; the broker closes the AMQP channel if it is there with other arguments. */
    private AMQP.Queue.DeclareOk declare(Channel channel, Address address) throws IOException {
        Map<String, Object> arguments = new HashMap<>();
        arguments.put("x-queue-type", "classic");
        arguments.put("x-max-length", capacityRules.capacityOf(address.channel()));
        arguments.put("x-overflow", "reject-publish");
        arguments.put("x-message-ttl", expiryMillis);
        arguments.put("x-expires", lifeMillis());
        return channel.queueDeclare(address.queue(), true, false, false, arguments);
    }

    private void useAsItIs(Address address, boolean isNew) {
        try {
            orders.repeatedly(channel -> channel.queueDeclarePassive(address.queue()));
        } catch (Refused e) {
            throw translate(address, e);
        }
        if (isNew) {
            LOGGER.log(
                    Level.WARNING,
                    "queue {0} exists with other settings, and is used as it is: somebody has declared it with"
                            + " another capacity or expiry, or another program has",
                    address.queue());
        }
    }

    /** Says in the API's terms why the broker does not let a channel be used. */
    RuntimeException translate(Address address, Refused e) {
        if (e.code() == RESOURCE_LOCKED) {
            return new UnsupportedOperationException(
                    "channel " + address.channel() + " cannot be used: its queue " + address.queue()
                            + " is exclusive to another connection, which alone may receive from it",
                    e);
        }
        return new WireFormatException("queue " + address.queue(), "a thing that " + e.reason(), e);
    }

    /**
     * Takes the oldest messages, so many at most, and perhaps fewer than there are; none if there is none. The broker
     * forgets them, whether they arrive or not.
     */
    List<byte[]> take(Address address, int most) {
        ensure(address);
        try {
            GetResponse first = orders.once(channel -> channel.basicGet(address.queue(), true));
            if (first == null) {
                return List.of();
            }
            List<byte[]> bodies = new ArrayList<>(List.of(first.getBody()));
            int others = Math.min(Math.min(most - 1, first.getMessageCount()), Haul.MOST);
            if (others >= Haul.LEAST) {
                haul(address, others, bodies);
            }
            return bodies;
        } catch (Refused e) {
            known.remove(address.queue());
            if (e.code() == NOT_FOUND) {
                return List.of();
            }
            throw translate(address, e);
        }
    }

    /** Takes more messages; what stands in the way is told to whoever asks next, as one message was taken already. */
    private void haul(Address address, int wanted, List<byte[]> bodies) {
        try {
            bodies.addAll(orders.once(new Haul(address.queue(), wanted)));
        } catch (BackendUnavailableException | Refused e) {
            LOGGER.log(Level.DEBUG, "took one message only from queue {0}: {1}", address.queue(), e.getMessage());
        }
    }

    /** Tells how many messages wait in a queue; none if there is no queue. */
    long pending(Address address) {
        AMQP.Queue.DeclareOk found = look(address);
        return found == null ? 0 : found.getMessageCount();
    }

    /** Tells how many receive from a queue now. */
    int consumers(Address address) {
        AMQP.Queue.DeclareOk found = look(address);
        return found == null ? 0 : found.getConsumerCount();
    }

    private AMQP.Queue.@Nullable DeclareOk look(Address address) {
        try {
            return orders.repeatedly(channel -> channel.queueDeclarePassive(address.queue()));
        } catch (Refused e) {
            if (e.code() == NOT_FOUND) {
                return null;
            }
            throw translate(address, e);
        }
    }

    /** Forgets that a queue was declared: the broker does not have it any more. */
    void forget(Address address) {
        known.remove(address.queue());
    }

    /** The queues that this layer has declared and that may still be there. */
    List<Address> known() {
        return known.values().stream().map(Known::address).toList();
    }

    /** Forgets the queues that the broker has deleted by now. */
    void forgetDeleted() {
        long life = Duration.ofMillis(lifeMillis() + expiryMillis).toNanos();
        long now = System.nanoTime();
        known.values().removeIf(each -> now - each.declaredNanos > life);
    }

    /** Drops all messages in the queues that this layer has declared. */
    void purge() {
        for (Address address : known()) {
            try {
                orders.repeatedly(channel -> channel.queuePurge(address.queue()));
            } catch (Refused e) {
                if (e.code() != NOT_FOUND) { // a queue that is gone has no messages
                    throw translate(address, e);
                }
                forget(address);
            }
        }
    }
}

package dev.towpath.rabbitmq;

import dev.towpath.CapacityRules;
import dev.towpath.Message;
import dev.towpath.Names;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Holds the messages that have arrived in this process until they are received, and knows who waits for which.
 * Thread-safe: one lock guards it all, and nothing waits for the broker under it.
 *
 * <p>The box of a channel takes no more messages than its capacity: more are dropped and counted, so that one slow
 * reader neither stops those of other channels nor fills the memory. A message expires when it has waited here as long
 * as messages may: the broker does not say how long it has waited there.
 */
final class Mailroom {
    /** Brokers close the AMQP channel of whoever does not acknowledge a message for 30 minutes. */
    private static final long LONGEST_KEEPING_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final CapacityRules capacityRules;
    private final long expiryNanos;
    private final Tally tally;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Box> boxes = new HashMap<>();
    private @Nullable RuntimeException closed;

    Mailroom(CapacityRules capacityRules, Duration expiry, Tally tally) {
        this.capacityRules = capacityRules;
        this.expiryNanos = expiry.toNanos();
        this.tally = tally;
    }

    /** How much waits in a box, and how long the oldest has waited. */
    record Fill(int messages, Duration age) {
        static final Fill NONE = new Fill(0, Duration.ZERO);
    }

    /** Distributes a message of the inbox among those it is for. */
    void arrive(Window.Place place, Window window, List<Message> copies) {
        locked(() -> {
            copies.forEach(copy -> put(copy, place));
            place.releaseIfUnkept();
            window.makeRoom();
        });
    }

    /** Keeps copies that came with another from a shared queue. */
    void keep(List<Message> copies) {
        locked(() -> copies.forEach(copy -> put(copy, null)));
    }

    private void put(Message message, Window.@Nullable Place place) {
        Box box = boxes.computeIfAbsent(Names.queueOf(message.channel()), name -> new Box());
        Waiter waiter = box.claim();
        if (waiter != null) {
            waiter.give(message);
            return;
        }
        dropExpired(box);
        if (box.size() >= capacityRules.capacityOf(message.channel())) {
            tally.countDropped(message.channel());
            return;
        }
        box.add(new Box.Copy(message, place));
    }

    /** Takes the oldest message of a channel, if there is one. */
    @Nullable
    Message poll(String queue) {
        lock.lock();
        try {
            Box box = boxes.get(queue);
            if (box == null) {
                return null;
            }
            dropExpired(box);
            Box.Copy copy = box.poll();
            forgetIfUnused(queue, box);
            return copy == null ? null : copy.message();
        } finally {
            lock.unlock();
        }
    }

    private void dropExpired(Box box) {
        for (Box.Copy oldest = box.peek(); oldest != null && isExpired(oldest); oldest = box.peek()) {
            box.poll();
            tally.countExpired();
        }
    }

    private boolean isExpired(Box.Copy copy) {
        return copy.ageNanos() >= expiryNanos;
    }

    private void forgetIfUnused(String queue, Box box) {
        if (box.isUnused()) {
            boxes.remove(queue);
        }
    }

    /** Begins to wait; what has arrived already is given at once. */
    void enter(Waiter waiter) {
        locked(() -> {
            if (closed != null) {
                waiter.fail(closed);
                return;
            }
            for (Address address : waiter.addresses()) {
                Message message = poll(address.channel());
                if (message != null) {
                    if (waiter.claim()) {
                        waiter.give(message);
                    }
                    return;
                }
            }
            waiter.addresses().forEach(each -> boxes.computeIfAbsent(each.channel(), name -> new Box())
                    .add(waiter));
        });
    }

    /** Forgets a waiter that has left or was given something. */
    void remove(Waiter waiter) {
        locked(() -> {
            for (Address address : waiter.addresses()) {
                Box box = boxes.get(address.channel());
                if (box != null) {
                    box.remove(waiter);
                    forgetIfUnused(address.channel(), box);
                }
            }
        });
    }

    /** Claims the one who has waited longest at a channel; null if nobody waits. */
    @Nullable
    Waiter claim(String queue) {
        lock.lock();
        try {
            Box box = boxes.get(queue);
            return box == null ? null : box.claim();
        } finally {
            lock.unlock();
        }
    }

    boolean isWanted(String queue) {
        return of(queue, Box::isWanted, false);
    }

    Fill fill(String queue) {
        return of(
                queue,
                box -> {
                    dropExpired(box);
                    Box.Copy oldest = box.peek();
                    return oldest == null ? Fill.NONE : new Fill(box.size(), Duration.ofNanos(oldest.ageNanos()));
                },
                Fill.NONE);
    }

    private <T> T of(String queue, Function<Box, T> question, T otherwise) {
        lock.lock();
        try {
            Box box = boxes.get(queue);
            return box == null ? otherwise : question.apply(box);
        } finally {
            lock.unlock();
        }
    }

    /** The channels that somebody waits at. */
    Set<String> wanted() {
        lock.lock();
        try {
            Set<String> wanted = new LinkedHashSet<>();
            boxes.forEach((queue, box) -> {
                if (box.isWanted()) {
                    wanted.add(queue);
                }
            });
            return wanted;
        } finally {
            lock.unlock();
        }
    }

    /** The channels for which something has arrived that was not received yet. */
    Set<String> filled() {
        lock.lock();
        try {
            Set<String> filled = new LinkedHashSet<>();
            boxes.forEach((queue, box) -> {
                dropExpired(box);
                if (box.size() > 0) {
                    filled.add(queue);
                }
            });
            return filled;
        } finally {
            lock.unlock();
        }
    }

    /** Drops what has expired, so that it takes no places any more, and lets nothing keep a place for too long. */
    void sweep() {
        locked(() -> {
            boxes.values().forEach(this::dropExpired);
            boxes.values().forEach(box -> box.giveUpPlaces(LONGEST_KEEPING_NANOS));
            boxes.values().removeIf(Box::isUnused);
        });
    }

    /** Drops all messages. */
    void clear() {
        locked(() -> {
            boxes.values().forEach(Box::empty);
            boxes.values().removeIf(Box::isUnused);
        });
    }

    /** Ends the waiting at a channel with an error. */
    void fail(String queue, RuntimeException failure) {
        for (Waiter waiter = claim(queue); waiter != null; waiter = claim(queue)) {
            waiter.fail(failure);
        }
    }

    /** Ends all waiting, now and later, with an error. */
    void close(RuntimeException failure) {
        locked(() -> {
            closed = failure;
            Collection<Box> all = List.copyOf(boxes.values());
            for (Box box : all) {
                for (Waiter waiter = box.claim(); waiter != null; waiter = box.claim()) {
                    waiter.fail(failure);
                }
            }
        });
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }
}

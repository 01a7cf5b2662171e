package dev.towpath.redis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what was taken from the server and not received yet, for the next who receive from its queue: copies of a
 * message to several members of a group that share a queue, and what a handler that threw has left. Thread-safe.
 */
final class Surplus {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Deque<Arrival>> queues = new HashMap<>();

    /** Whether there is nothing. Spares most who ask the lock. */
    private volatile boolean empty = true;

    boolean isEmpty() {
        return empty;
    }

    /** Adds what came after all that is there. */
    void add(List<Arrival> arrivals) {
        lock.lock();
        try {
            for (Arrival arrival : arrivals) {
                queues.computeIfAbsent(arrival.queue(), queue -> new ArrayDeque<>())
                        .add(arrival);
            }
            empty = queues.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Takes the first of a queue that was sent after a moment; what is older has expired and is dropped. */
    @Nullable
    Arrival poll(String queue, double oldest) {
        if (empty) {
            return null;
        }
        lock.lock();
        try {
            Deque<Arrival> arrivals = queues.get(queue);
            return arrivals == null ? null : poll(queue, arrivals, oldest);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Hands one after the other of a queue to a taker, as long as that takes them. What is offered is still there for
     * everybody else until it is taken. The taker is called with the lock held.
     */
    void give(String queue, double oldest, Predicate<Arrival> taker) {
        lock.lock();
        try {
            Deque<Arrival> arrivals = queues.get(queue);
            if (arrivals != null) {
                dropExpired(arrivals, oldest);
                while (!arrivals.isEmpty() && taker.test(arrivals.getFirst())) {
                    arrivals.removeFirst();
                }
                forgetIfEmpty(queue, arrivals);
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Arrival poll(String queue, Deque<Arrival> arrivals, double oldest) {
        dropExpired(arrivals, oldest);
        Arrival first = arrivals.poll();
        forgetIfEmpty(queue, arrivals);
        return first;
    }

    private static void dropExpired(Deque<Arrival> arrivals, double oldest) {
        while (!arrivals.isEmpty() && arrivals.getFirst().score() <= oldest) {
            arrivals.removeFirst();
        }
    }

    private void forgetIfEmpty(String queue, Deque<Arrival> arrivals) {
        if (arrivals.isEmpty()) {
            queues.remove(queue);
            empty = queues.isEmpty();
        }
    }

    /** Takes all, in the order of each queue. */
    List<Arrival> takeAll() {
        lock.lock();
        try {
            List<Arrival> all = new ArrayList<>();
            Collection<Deque<Arrival>> each = queues.values();
            each.forEach(all::addAll);
            queues.clear();
            empty = true;
            return all;
        } finally {
            lock.unlock();
        }
    }
}

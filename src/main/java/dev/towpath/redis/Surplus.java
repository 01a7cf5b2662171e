package dev.towpath.redis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what was taken from the server and not received yet, for the next who receive from its queue: copies of a
 * message to several members of a group that share a queue, and what a handler that threw has left. Thread-safe.
 */
final class Surplus {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Deque<Arrival>> queues = new HashMap<>();

    /** Whether there is nothing, most probably. Spares most who ask the lock. */
    private volatile boolean empty = true;

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

    /** Puts back what {@link #poll} has given. */
    void putBack(Arrival arrival) {
        lock.lock();
        try {
            queues.computeIfAbsent(arrival.queue(), queue -> new ArrayDeque<>()).addFirst(arrival);
            empty = false;
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

    private @Nullable Arrival poll(String queue, Deque<Arrival> arrivals, double oldest) {
        Arrival first = arrivals.poll();
        while (first != null && first.score() <= oldest) {
            first = arrivals.poll();
        }
        if (arrivals.isEmpty()) {
            queues.remove(queue);
            empty = queues.isEmpty();
        }
        return first;
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

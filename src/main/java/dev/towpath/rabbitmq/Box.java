package dev.towpath.rabbitmq;

import dev.towpath.Message;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Holds what has arrived for one channel and those who wait at it. Guarded by the lock of the {@link Mailroom}. */
final class Box {
    /** A message that has arrived, and its place in the window as long as it keeps one. */
    static final class Copy {
        private final Message message;
        private final long arrivedNanos = System.nanoTime();
        private Window.@Nullable Place place;

        Copy(Message message, Window.@Nullable Place place) {
            this.message = message;
            this.place = place;
        }

        Message message() {
            return message;
        }

        long ageNanos() {
            return System.nanoTime() - arrivedNanos;
        }
    }

    private final Deque<Copy> copies = new ArrayDeque<>();
    private final Deque<Waiter> waiters = new ArrayDeque<>();
    private int places;

    void add(Waiter waiter) {
        waiters.addLast(waiter);
    }

    void remove(Waiter waiter) {
        waiters.remove(waiter);
    }

    /** Claims the one who has waited longest; null if nobody waits. */
    @Nullable
    Waiter claim() {
        for (Waiter next = waiters.pollFirst(); next != null; next = waiters.pollFirst()) {
            if (next.claim()) {
                return next;
            }
        }
        return null;
    }

    boolean isWanted() {
        return waiters.stream().anyMatch(Waiter::isWaiting);
    }

    /** How many of the messages keep a place. */
    int places() {
        return places;
    }

    int size() {
        return copies.size();
    }

    boolean isUnused() {
        return copies.isEmpty() && waiters.isEmpty();
    }

    void add(Copy copy) {
        copies.addLast(copy);
        if (copy.place != null) {
            places++;
            copy.place.keep(this);
        }
    }

    /** Takes the oldest message. */
    @Nullable
    Copy poll() {
        Copy oldest = copies.pollFirst();
        if (oldest != null) {
            release(oldest);
        }
        return oldest;
    }

    @Nullable
    Copy peek() {
        return copies.peekFirst();
    }

    void empty() {
        while (!copies.isEmpty()) {
            poll();
        }
    }

    /** Lets the oldest message that keeps a place wait without one. */
    void giveUpPlace() {
        for (Copy copy : copies) {
            if (release(copy)) {
                return;
            }
        }
    }

    /** Lets the messages that have waited longer than a time wait without a place. */
    void giveUpPlaces(long longestNanos) {
        for (Copy copy : copies) {
            if (copy.ageNanos() <= longestNanos) {
                return;
            }
            release(copy);
        }
    }

    private boolean release(Copy copy) {
        Window.Place place = copy.place;
        if (place == null) {
            return false;
        }
        copy.place = null;
        places--;
        place.release(this);
        return true;
    }
}

package dev.towpath.shm.store;

import dev.towpath.shm.structure.Channel;
import dev.towpath.shm.structure.Reference;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Keeps the threads of this participant that wait at channels, and wakes as many as there is something for.
 *
 * <p>One waiter of a channel is woken at a time. It looks at the channel itself, and when it leaves, whether it has got
 * something, was interrupted or timed out, it wakes the next one if the channel is still worth a look. So a signal is
 * never lost with the waiter that got it, and nobody else ever takes a message in a waiter's name.
 *
 * <p>Channels are grouped as in the news: by record modulo {@value #BUCKETS}. The locks are held for a few
 * instructions, never while something blocks.
 */
final class WaitingRoom {

    /** How many channels news can tell apart. */
    static final int BUCKETS = 64 * ParticipantLayout.NEWS_WORDS;

    private final Predicate<Channel> isWorthALook;
    private final WaiterMarks marks;
    private final Bucket[] buckets = new Bucket[BUCKETS];

    /**
     * A bit for each bucket that has queues; spares the locks of the many that have none, and who looks at all of them
     * the way there. Who enters sets it before he looks at his channels, so a signal that does not see it comes before
     * a look that sees what the signal was about. A bit changes under the lock of its bucket.
     */
    private final AtomicLongArray occupied = new AtomicLongArray(BUCKETS / Long.SIZE);

    /** How many waiters are in the room, or on their way; spares the look at all bits if there are none. */
    private final AtomicInteger present = new AtomicInteger();

    /** The waiters of the channels of one bucket, by channel, in order of arrival. */
    private static final class Bucket {
        private final ReentrantLock lock = new ReentrantLock();
        private final Map<Long, Queue> queues = new HashMap<>();

        /** Whether nobody waits at a channel's record, in this life of it or another. */
        private boolean isUnmarked(Channel channel) {
            int record = Reference.index(channel.reference());
            return queues.keySet().stream().noneMatch(reference -> Reference.index(reference) == record);
        }
    }

    /** The waiters of one channel, in order of arrival. */
    private record Queue(Channel channel, Set<Waiter> waiters) {
        Queue(Channel channel) {
            this(channel, new LinkedHashSet<>(2));
        }

        void signalOne() {
            for (Waiter waiter : waiters) {
                if (waiter.signal()) {
                    return;
                }
            }
        }
    }

    WaitingRoom(Predicate<Channel> isWorthALook, WaiterMarks marks) {
        this.isWorthALook = isWorthALook;
        this.marks = marks;
        for (int i = 0; i < BUCKETS; i++) {
            buckets[i] = new Bucket();
        }
    }

    /** The bucket of a channel, and its place in the news. */
    static int bucketOf(Channel channel) {
        return Reference.index(channel.reference()) % BUCKETS;
    }

    /** Adds a waiter; from now on signals find it. */
    void enter(Waiter waiter) {
        present.incrementAndGet();
        for (Channel channel : waiter.channels()) {
            int index = bucketOf(channel);
            Bucket bucket = buckets[index];
            bucket.lock.lock();
            try {
                occupied.accumulateAndGet(index / Long.SIZE, 1L << index, (bits, bit) -> bits | bit);
                bucket.queues
                        .computeIfAbsent(channel.reference(), reference -> new Queue(channel))
                        .waiters
                        .add(waiter);
            } finally {
                bucket.lock.unlock();
            }
        }
    }

    /** W1: says in the region that there are waiters at these channels; they are in this room and look afterwards. */
    void mark(Iterable<Channel> channels) {
        channels.forEach(marks::set);
    }

    /** Removes a waiter, and passes on what it may have been woken for; the last one takes the mark along. */
    void leave(Waiter waiter) {
        for (Channel channel : waiter.channels()) {
            int index = bucketOf(channel);
            Bucket bucket = buckets[index];
            bucket.lock.lock();
            try {
                Queue queue = bucket.queues.get(channel.reference());
                if (queue != null && queue.waiters.remove(waiter)) {
                    if (queue.waiters.isEmpty()) {
                        bucket.queues.remove(channel.reference());
                        if (bucket.queues.isEmpty()) {
                            occupied.accumulateAndGet(index / Long.SIZE, 1L << index, (bits, bit) -> bits & ~bit);
                        }
                        if (bucket.isUnmarked(channel)) {
                            marks.clear(channel);
                        }
                    } else if (isWorthALook.test(channel)) {
                        queue.signalOne();
                    }
                }
            } finally {
                bucket.lock.unlock();
            }
        }
        present.decrementAndGet();
    }

    /**
     * Wakes a waiter for each channel of a bucket that is worth a look. Where somebody else was faster, the mark, which
     * was taken with the signal, is set again.
     */
    void signal(int index) {
        if ((occupied.get(index / Long.SIZE) & 1L << index) != 0) {
            signal(buckets[index], true);
        }
    }

    /** Looks at every channel that somebody waits at, and gives how many they are. */
    int signalAll() {
        int channels = 0;
        for (int word = 0; word < occupied.length() && present.get() > 0; word++) {
            for (long bits = occupied.get(word); bits != 0; bits &= bits - 1) {
                channels += signal(buckets[word * Long.SIZE + Long.numberOfTrailingZeros(bits)], false);
            }
        }
        return channels;
    }

    private int signal(Bucket bucket, boolean mark) {
        bucket.lock.lock();
        try {
            for (Queue queue : bucket.queues.values()) {
                if (mark) {
                    marks.set(queue.channel);
                }
                if (isWorthALook.test(queue.channel)) {
                    queue.signalOne();
                }
            }
            return bucket.queues.size();
        } finally {
            bucket.lock.unlock();
        }
    }

    /** Wakes everybody, whether there is something for them or not. */
    void wakeAll() {
        for (Bucket bucket : buckets) {
            bucket.lock.lock();
            try {
                bucket.queues.values().forEach(queue -> queue.waiters.forEach(Waiter::signal));
            } finally {
                bucket.lock.unlock();
            }
        }
    }
}

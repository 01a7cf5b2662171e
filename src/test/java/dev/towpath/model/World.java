package dev.towpath.model;

import dev.towpath.Names;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what all model layers that are opened on it share. Everything happens under its one lock, and looks at
 * everything there is: nothing is fast here, and little can be wrong.
 *
 * <p>The clock may be a test's own. Whoever waits looks at it every few milliseconds, so that a test can simply move
 * it.
 */
public final class World {
    /** How long to wait before the clock is looked at again. */
    static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** What every message and every membership needs besides its bytes and names. */
    private static final int OVERHEAD_BYTES = 128;

    /** A message that waits. */
    record Stored(String channel, byte[] payload, long sentNanos, long deadlineNanos, boolean evicting) {}

    /** The messages that wait under one name, and what has been counted there. */
    static final class Queue {
        final Deque<Stored> waiting = new ArrayDeque<>();
        long accepted;
        long refused;
    }

    final ReentrantLock lock = new ReentrantLock();
    final Condition changed = lock.newCondition();
    final Map<String, Queue> queues = new HashMap<>();

    /** The members of each group, and when each membership ends. */
    final Map<String, Map<String, Long>> groups = new LinkedHashMap<>();

    final List<PendingReceive> pending = new ArrayList<>();
    final long messageMemoryBytes;
    final long groupMemoryBytes;
    private final LongSupplier clock;

    long accepted;
    long refused;
    long expired;
    long groupRefused;
    int participants;

    /** Creates a world with the memory that layers have by default. */
    public World(LongSupplier clock) {
        this(clock, 100L << 20, 20L << 20);
    }

    /** Creates a world in which payloads, and the names of groups and members, may have so many bytes together. */
    public World(LongSupplier clock, long messageMemoryBytes, long groupMemoryBytes) {
        this.clock = clock;
        this.messageMemoryBytes = messageMemoryBytes;
        this.groupMemoryBytes = groupMemoryBytes;
    }

    /** Forgets what has expired, and gives the time. Comes first whenever something is done. */
    long nowWithoutExpired() {
        long now = clock.getAsLong();
        groups.values().forEach(members -> members.values().removeIf(deadline -> deadline <= now));
        for (Queue queue : queues.values()) {
            for (Iterator<Stored> all = queue.waiting.iterator(); all.hasNext(); ) {
                Stored stored = all.next();
                if (stored.deadlineNanos() <= now) {
                    all.remove();
                    expired++;
                    if (stored.evicting()) {
                        groups.values().forEach(members -> members.remove(stored.channel()));
                    }
                }
            }
        }
        groups.values().removeIf(Map::isEmpty);
        return now;
    }

    /** Gives the queue of a channel's full name, be there one already or not. */
    Queue queue(String channel) {
        return queues.computeIfAbsent(Names.queueOf(channel), name -> new Queue());
    }

    boolean isAtCapacity(String channel, int capacity) {
        return queue(channel).waiting.size() >= capacity;
    }

    boolean hasRoom(int payloadLength) {
        return usedMessageBytes() + OVERHEAD_BYTES + payloadLength <= messageMemoryBytes;
    }

    void put(Stored stored) {
        Queue queue = queue(stored.channel());
        queue.waiting.add(stored);
        queue.accepted++;
        accepted++;
    }

    void countRefusal(String channel) {
        queue(channel).refused++;
        refused++;
    }

    @Nullable
    Stored poll(String queueName) {
        Queue queue = queues.get(queueName);
        return queue == null ? null : queue.waiting.poll();
    }

    long pendingCount() {
        return queues.values().stream().mapToLong(queue -> queue.waiting.size()).sum();
    }

    long usedMessageBytes() {
        return queues.values().stream()
                .flatMap(queue -> queue.waiting.stream())
                .mapToLong(stored -> OVERHEAD_BYTES + stored.payload().length)
                .sum();
    }

    long usedGroupBytes() {
        return groups.entrySet().stream()
                .mapToLong(group -> group.getValue().keySet().stream()
                        .mapToLong(member -> membershipBytes(group.getKey(), member))
                        .sum())
                .sum();
    }

    static long membershipBytes(String group, String member) {
        return OVERHEAD_BYTES + group.length() + member.length();
    }

    long memberships() {
        return groups.values().stream().mapToLong(Map::size).sum();
    }
}

package dev.towpath.rabbitmq;

import dev.towpath.Names;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Counts what this layer has done, in all and for each channel that was used lately. Thread-safe.
 *
 * <p>Names with a {@code ?} in the inbox are not counted one by one: there are too many, and each is used once.
 */
final class Tally {
    private final long forgetAfterNanos;
    private final Of all = new Of();
    private final LongAdder expired = new LongAdder();
    private final LongAdder groupFull = new LongAdder();
    private final ConcurrentMap<String, Of> channels = new ConcurrentHashMap<>();

    /** What is counted for a channel. */
    static final class Of {
        final LongAdder sent = new LongAdder();
        final LongAdder full = new LongAdder();
        private volatile long usedNanos = System.nanoTime();
    }

    Tally(Duration forgetAfter) {
        this.forgetAfterNanos = forgetAfter.toNanos();
    }

    private void count(Address address, Consumer<Of> counting) {
        counting.accept(all);
        if (address.isShared() || address.channel().indexOf('?') < 0) {
            Of its = channels.computeIfAbsent(Names.queueOf(address.channel()), name -> new Of());
            its.usedNanos = System.nanoTime();
            counting.accept(its);
        }
    }

    void countSent(Address address) {
        count(address, each -> each.sent.increment());
    }

    void countFull(Address address) {
        count(address, each -> each.full.increment());
    }

    void countGroupSent() {
        all.sent.increment();
    }

    void countGroupFull() {
        groupFull.increment();
    }

    /** Counts a message that came when its channel was full already. */
    void countDropped(String channel) {
        all.full.increment();
        Of its = channels.get(Names.queueOf(channel));
        if (its != null) {
            its.full.increment();
        }
    }

    void countExpired() {
        expired.increment();
    }

    Of all() {
        return all;
    }

    /** What was counted for a channel; all zero if it was not used lately. */
    Of of(String queue) {
        Of its = channels.get(queue);
        return its == null ? new Of() : its;
    }

    long expired() {
        return expired.sum();
    }

    long groupFull() {
        return groupFull.sum();
    }

    void forgetUnused() {
        long now = System.nanoTime();
        channels.values().removeIf(each -> now - each.usedNanos > forgetAfterNanos);
    }
}

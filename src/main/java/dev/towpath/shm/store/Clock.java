package dev.towpath.shm.store;

import dev.towpath.shm.structure.Life;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Tells the time that all participants share: milliseconds since the region was created, on the monotonic clock.
 *
 * <p>In production that is {@link dev.towpath.shm.memory.BootClock}, the same in all processes of a boot.
 */
final class Clock implements LongSupplier {

    private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final LongSupplier nanos;
    private final long createdAtNanos;

    Clock(LongSupplier nanos, long createdAtNanos) {
        this.nanos = nanos;
        this.createdAtNanos = createdAtNanos;
    }

    /** The present, rounded down; never the last deadline, which therefore means "never". */
    long nowMillis() {
        return Math.min(Life.MAX_DEADLINE_MILLIS - 1, (nanos.getAsLong() - createdAtNanos) / NANOS_PER_MILLI);
    }

    /** The present, as {@link #nowMillis}. */
    @Override
    public long getAsLong() {
        return nowMillis();
    }

    /** The first millisecond by which a duration will have passed: nothing ends early, and at most 1 ms late. */
    long deadlineMillis(long durationNanos) {
        long elapsed = nanos.getAsLong() - createdAtNanos;
        if (durationNanos > Long.MAX_VALUE - NANOS_PER_MILLI - elapsed) {
            return Life.MAX_DEADLINE_MILLIS;
        }
        long deadline = (elapsed + durationNanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
        return Math.min(Life.MAX_DEADLINE_MILLIS, deadline);
    }
}

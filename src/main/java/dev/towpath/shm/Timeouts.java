package dev.towpath.shm;

import java.time.Duration;
import java.util.Objects;

/** Turns timeouts into deadlines. */
final class Timeouts {

    private static final long FOR_EVER_NANOS = Long.MAX_VALUE >> 1;

    private Timeouts() {}

    /** The point in time at which a timeout ends, by {@link System#nanoTime}. */
    static long deadlineOf(Duration timeout) {
        Objects.requireNonNull(timeout, "timeout");
        if (!timeout.isPositive()) {
            return System.nanoTime();
        }
        boolean forEver = timeout.compareTo(Duration.ofNanos(FOR_EVER_NANOS)) >= 0;
        return forEver ? never() : System.nanoTime() + timeout.toNanos();
    }

    /** A point in time that nobody lives to see: in 146 years. */
    static long never() {
        return System.nanoTime() + FOR_EVER_NANOS;
    }
}

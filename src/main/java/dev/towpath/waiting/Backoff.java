package dev.towpath.waiting;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Says how long to wait before each next attempt: twice as long each time, up to a limit, and at random a little less.
 * Not thread-safe.
 */
public final class Backoff {
    private final long firstNanos;
    private final long longestNanos;
    private long nextNanos;

    /** Creates a series of pauses that grow from the first to the longest. */
    public Backoff(Duration first, Duration longest) {
        longestNanos = longest.toNanos();
        firstNanos = Math.min(first.toNanos(), longestNanos);
        nextNanos = firstNanos;
    }

    /** How long to wait now. */
    public long nextNanos() {
        long nanos = nextNanos;
        nextNanos = Math.min(2 * nanos, longestNanos);
        return nanos - ThreadLocalRandom.current().nextLong(nanos / 4 + 1);
    }

    /** An attempt has succeeded: the next series begins with the shortest. */
    public void reset() {
        nextNanos = firstNanos;
    }
}

package dev.towpath.redis;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Says how long to wait before each next attempt: twice as long each time, up to a limit, and at random a little less.
 */
final class Backoff {
    private final long firstNanos;
    private final long longestNanos;
    private long nextNanos;

    private Backoff(long firstMicros, long longestMillis) {
        longestNanos = TimeUnit.MILLISECONDS.toNanos(longestMillis);
        firstNanos = Math.min(TimeUnit.MICROSECONDS.toNanos(firstMicros), longestNanos);
        nextNanos = firstNanos;
    }

    /**
     * For attempts to reach a server: 10 ms to 2 s, but no longer than a quarter of the time for a command, so that who
     * comes while another waits has time left for an attempt.
     */
    static Backoff ofConnecting(Duration commandTimeout) {
        return new Backoff(10_000, Math.clamp(commandTimeout.toMillis() / 4, 1, 2_000));
    }

    /** For attempts to send to a channel that is full: 1 ms to 50 ms. */
    static Backoff ofSending() {
        return new Backoff(1_000, 50);
    }

    /** For attempts to call back a lane, which may not have arrived at the server yet: 0.5 ms to 50 ms. */
    static Backoff ofRecalling() {
        return new Backoff(500, 50);
    }

    /** How long to wait now. */
    long nextNanos() {
        long nanos = nextNanos;
        nextNanos = Math.min(2 * nanos, longestNanos);
        return nanos - ThreadLocalRandom.current().nextLong(nanos / 4 + 1);
    }

    /** An attempt has succeeded: the next series begins with the shortest. */
    void reset() {
        nextNanos = firstNanos;
    }
}

package dev.towpath.rabbitmq;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Says how long to wait before the next try: twice as long each time, up to a limit, give or take a half. */
final class Backoff {
    private final long mostNanos;
    private long nextNanos;

    private Backoff(long firstMillis, long mostMillis) {
        this.nextNanos = TimeUnit.MILLISECONDS.toNanos(firstMillis);
        this.mostNanos = TimeUnit.MILLISECONDS.toNanos(mostMillis);
    }

    /** For connecting again. */
    static Backoff forConnections() {
        return new Backoff(10, 2_000);
    }

    /** For connecting again when a connection was lost as soon as it was there. */
    static Backoff forLosses() {
        return new Backoff(1, 100);
    }

    /** For sending again to a queue that was full: the broker does not tell when there is room. */
    static Backoff forRoom() {
        return new Backoff(1, 50);
    }

    long nextNanos() {
        long nanos = nextNanos;
        nextNanos = Math.min(2 * nanos, mostNanos);
        return nanos / 2 + ThreadLocalRandom.current().nextLong(nanos);
    }
}

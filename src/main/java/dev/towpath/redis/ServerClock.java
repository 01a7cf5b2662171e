package dev.towpath.redis;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Estimates the time of a server: the JVM's monotonic clock and what lies between them, measured now and then by the
 * answer that came fastest of a few. Steps of this machine's wall clock do not matter.
 */
final class ServerClock {
    private static final Logger LOGGER = System.getLogger(ServerClock.class.getName());
    private static final int SAMPLES = 3;
    private static final long VALID_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final double NOTEWORTHY_SECONDS = 1;

    private final String server;
    private final Supplier<Object> time;
    private final AtomicBoolean measuring = new AtomicBoolean();
    private volatile Reading reading = new Reading(System.currentTimeMillis() / 1e3, System.nanoTime());

    /** The second since 1970 at a moment of the monotonic clock. */
    private record Reading(double seconds, long nanos) {}

    /**
     * Creates a clock that has not been measured.
     *
     * @param server what to call the server
     * @param time asks it: what it answers to TIME
     */
    ServerClock(String server, Supplier<Object> time) {
        this.server = server;
        this.time = time;
    }

    /** The seconds since 1970, with fractions. */
    double now() {
        Reading last = reading;
        long age = System.nanoTime() - last.nanos;
        if (age > VALID_NANOS && measuring.compareAndSet(false, true)) {
            Thread.ofVirtual().name("towpath-redis-clock").start(() -> {
                try {
                    measure();
                } catch (RuntimeException e) {
                    LOGGER.log(Level.DEBUG, "the clock of " + server + " cannot be read now", e);
                } finally {
                    measuring.set(false);
                }
            });
        }
        return last.seconds + age / 1e9;
    }

    /** Measures it, and says in the log when it differs much from this machine's. */
    void measure() {
        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < SAMPLES; i++) {
            long asked = System.nanoTime();
            List<Object> answer = Replies.list(time.get());
            long took = System.nanoTime() - asked;
            if (took < fastest) {
                fastest = took;
                double seconds =
                        Long.parseLong(Replies.text(answer.get(0))) + Long.parseLong(Replies.text(answer.get(1))) / 1e6;
                reading = new Reading(seconds, asked + took / 2);
            }
        }
        double ahead = now() - System.currentTimeMillis() / 1e3;
        if (Math.abs(ahead) > NOTEWORTHY_SECONDS) {
            LOGGER.log(
                    Level.WARNING,
                    "the clock of {0} is {1} s ahead of this machine''s: all should follow one time server",
                    server,
                    ahead);
        }
    }
}

package dev.towpath.waiting;

import java.time.Duration;
import java.util.Objects;

/** A point in time by which something must have happened, by {@link System#nanoTime}. */
public record Deadline(long nanos) {
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE >> 1);

    /** Says when a time is over that begins now. */
    public static Deadline after(Duration time) {
        Objects.requireNonNull(time, "timeout");
        Duration bounded = time.compareTo(LONGEST) > 0 ? LONGEST : time;
        return new Deadline(System.nanoTime() + (bounded.isPositive() ? bounded.toNanos() : 0));
    }

    /** A point in time that nobody lives to see: in 146 years. */
    public static Deadline never() {
        return after(LONGEST);
    }

    /** Gives the nanoseconds until then; zero or less when it is over. */
    public long leftNanos() {
        return nanos - System.nanoTime();
    }

    /** Whether it is over. */
    public boolean isOver() {
        return leftNanos() <= 0;
    }
}

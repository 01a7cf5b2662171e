package dev.towpath.redis;

import dev.towpath.waiting.Deadline;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;

/** Turns timeouts into points in time by {@link System#nanoTime}, and waits for those without minding interrupts. */
final class Deadlines {
    private Deadlines() {}

    /** The point in time at which a timeout ends. */
    static long after(Duration timeout) {
        return Deadline.after(timeout).nanos();
    }

    /** A point in time that nobody lives to see: in 146 years. */
    static long never() {
        return Deadline.never().nanos();
    }

    /** The nanoseconds until then; zero or less when it is over. */
    static long left(long deadline) {
        return deadline - System.nanoTime();
    }

    /** The milliseconds until then, rounded up, as a timeout of a socket: 1 at least, because 0 means for ever. */
    static int leftMillis(long deadline) {
        long millis = TimeUnit.NANOSECONDS.toMillis(left(deadline)) + 1;
        return Math.clamp(millis, 1, Integer.MAX_VALUE);
    }

    /** Lets time pass; an interrupt is kept for later. */
    static void pass(long nanos) {
        long end = System.nanoTime() + nanos;
        boolean interrupted = Thread.interrupted();
        while (left(end) > 0) {
            LockSupport.parkNanos(left(end));
            interrupted |= Thread.interrupted();
        }
        restore(interrupted);
    }

    /** Waits for a signal, until a deadline or less, as a step of the caller's loop; an interrupt is kept for later. */
    @SuppressWarnings("WaitNotInLoop") // the caller's
    static void await(Condition condition, long deadline) {
        boolean interrupted = Thread.interrupted();
        try {
            condition.awaitNanos(left(deadline));
        } catch (InterruptedException e) {
            interrupted = true;
        }
        restore(interrupted);
    }

    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

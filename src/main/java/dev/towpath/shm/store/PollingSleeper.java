package dev.towpath.shm.store;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks again and again whether there is something to do, the last resort where there are no sockets.
 *
 * <p>First it spins and yields, for something often comes soon after something else; then it pauses, each time twice as
 * long, up to 1 ms. The pauses go on where the last sleep ended, until there was something to do.
 */
final class PollingSleeper implements Sleeper {

    private static final int SPINS = 100;
    private static final int YIELDS = 10;
    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile @Nullable Thread thread;
    private volatile boolean closed;
    private long pauseNanos;

    @Override
    public boolean await(long timeoutNanos, BooleanSupplier pending) {
        thread = Thread.currentThread();
        long start = System.nanoTime();
        for (int i = 0; !closed; i++) {
            if (woken.getAndSet(false)
                    || pending.getAsBoolean()
                    || Thread.currentThread().isInterrupted()) {
                pauseNanos = 0;
                return true;
            }
            long remaining = timeoutNanos - (System.nanoTime() - start);
            if (remaining <= 0) {
                return false;
            }
            pause(i, remaining);
        }
        return true;
    }

    /** Yields as a favour to others; nothing depends on it. */
    @SuppressWarnings("ThreadPriorityCheck")
    private void pause(int round, long remainingNanos) {
        if (pauseNanos == 0 && round < SPINS) {
            Thread.onSpinWait();
        } else if (pauseNanos == 0 && round < SPINS + YIELDS) {
            Thread.yield();
        } else {
            pauseNanos = Math.clamp(2 * pauseNanos, SHORTEST_PAUSE_NANOS, LONGEST_PAUSE_NANOS);
            LockSupport.parkNanos(this, Math.min(pauseNanos, remainingNanos));
        }
    }

    @Override
    public void wakeUp() {
        woken.set(true);
        LockSupport.unpark(thread);
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}

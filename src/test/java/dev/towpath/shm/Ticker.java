package dev.towpath.shm;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures for how long this process could not run: a thread that does nothing but come back every 5 ms adds up how
 * much too late it came, because the process was stopped or paused, or the processors were busy.
 */
final class Ticker implements AutoCloseable {

    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::run);
    private volatile long ticks;
    private volatile long lateNanos;
    private volatile boolean closed;

    /** How often it came in each window of the recent past; which window that is stands beside it. */
    private final AtomicLongArray windows = new AtomicLongArray(Window.REMEMBERED);

    private final AtomicIntegerArray ticksInWindow = new AtomicIntegerArray(Window.REMEMBERED);

    /** Starts to tick. */
    static Ticker start() {
        Ticker ticker = new Ticker();
        ticker.thread.start();
        return ticker;
    }

    private void run() {
        long before = System.nanoTime();
        while (!closed) {
            LockSupport.parkNanos(PERIOD_NANOS);
            long now = System.nanoTime();
            lateNanos += Math.max(0, now - before - PERIOD_NANOS);
            ticks++;
            countInWindow(Window.of(now));
            before = now;
        }
    }

    private void countInWindow(long window) {
        int place = Window.place(window);
        ticksInWindow.set(place, windows.getAndSet(place, window) == window ? ticksInWindow.get(place) + 1 : 1);
    }

    /** Whether this process had a processor for most of a window. */
    boolean wasOnTime(long window) {
        int place = Window.place(window);
        return windows.get(place) == window && ticksInWindow.get(place) > Window.NANOS / PERIOD_NANOS / 2;
    }

    /** How late it has come in all, by its latest tick. */
    long lateNanos() {
        return lateNanos;
    }

    /** Waits for a tick that begins after this call, so that a delay that is just over is counted. */
    void awaitTick() {
        long enough = ticks + 2;
        while (ticks < enough && !closed) {
            LockSupport.parkNanos(PERIOD_NANOS);
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}

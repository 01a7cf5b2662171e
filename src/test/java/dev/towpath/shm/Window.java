package dev.towpath.shm;

import java.util.concurrent.TimeUnit;

/** Numbers the windows of 100 ms of the clock that all processes share. */
final class Window {

    static final long NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** How many windows are remembered: several minutes. */
    static final int REMEMBERED = 4_096;

    private Window() {}

    /** The window in which a time is. */
    static long of(long nanos) {
        return Math.floorDiv(nanos, NANOS);
    }

    /** Where something about a window is remembered. */
    static int place(long window) {
        return Math.floorMod(window, REMEMBERED);
    }
}

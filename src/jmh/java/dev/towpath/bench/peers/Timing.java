package dev.towpath.bench.peers;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Times a piece of work again and again. */
final class Timing {
    private static final long WARM_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(2_500);
    private static final long MEASURED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int MOST = 100_000;

    private Timing() {}

    /** The median time of the work in nanoseconds, after a warm-up; what is done after each time is not counted. */
    static double median(Runnable work, Runnable after) {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < WARM_UP_NANOS) {
            work.run();
            after.run();
        }
        long[] nanos = new long[MOST];
        int count = 0;
        begin = System.nanoTime();
        while (count < MOST && (count < 3 || System.nanoTime() - begin < MEASURED_NANOS)) {
            long start = System.nanoTime();
            work.run();
            nanos[count++] = System.nanoTime() - start;
            after.run();
        }
        Arrays.sort(nanos, 0, count);
        return nanos[count / 2];
    }
}

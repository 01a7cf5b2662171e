package dev.towpath.bench.peers;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** Says how much of its core a thread that never rests has had: less than all means that others disturbed it. */
final class CpuShare {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final long cpuNanos = THREADS.getCurrentThreadCpuTime();
    private final long nanos = System.nanoTime();

    /** The share since this was made, by the same thread. */
    double now() {
        return (THREADS.getCurrentThreadCpuTime() - cpuNanos) / (double) (System.nanoTime() - nanos);
    }
}

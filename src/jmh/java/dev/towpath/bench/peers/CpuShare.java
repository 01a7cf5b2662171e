package dev.towpath.bench.peers;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;

/** Says how much of its core a thread that never rests has had: less than all means that others disturbed it. */
final class CpuShare {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final long cpuNanos = THREADS.getCurrentThreadCpuTime();
    private final long nanos = System.nanoTime();

    /** The share since this was made, by the same thread. */
    double now() {
        return (THREADS.getCurrentThreadCpuTime() - cpuNanos) / (double) (System.nanoTime() - nanos);
    }

    /** How much of a core this process uses while the caller waits for so long, in percent. */
    static double ofProcessPercent(int millis) throws InterruptedException {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = system.getProcessCpuTime();
        long begin = System.nanoTime();
        TimeUnit.MILLISECONDS.sleep(millis);
        return (system.getProcessCpuTime() - cpu) * 100.0 / (System.nanoTime() - begin);
    }
}

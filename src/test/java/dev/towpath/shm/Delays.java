package dev.towpath.shm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Collects how long something took, each time. Thread-safe. */
final class Delays {

    private final List<Long> nanos = new ArrayList<>();

    synchronized void add(long delayNanos) {
        nanos.add(delayNanos);
    }

    synchronized int count() {
        return nanos.size();
    }

    /** The time that was enough for this part of them, in milliseconds. */
    synchronized long millis(double part) {
        List<Long> sorted = nanos.stream().sorted().toList();
        int rank = (int) Math.ceil(part * sorted.size());
        return sorted.isEmpty() ? 0 : TimeUnit.NANOSECONDS.toMillis(sorted.get(Math.max(0, rank - 1)));
    }

    @Override
    public String toString() {
        return count() + " times, median " + millis(0.5) + " ms, p99 " + millis(0.99) + " ms, at most " + millis(1)
                + " ms";
    }
}

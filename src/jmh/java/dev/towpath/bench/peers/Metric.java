package dev.towpath.bench.peers;

/**
 * Is one quantity that a row measures.
 *
 * @param name what it is called in tables and results
 * @param unit the unit in which it is shown
 * @param scale how many units of the results make one that is shown
 */
record Metric(String name, String unit, double scale) {
    static final Metric THROUGHPUT = new Metric("throughput", "million messages/s", 1e6);
    static final Metric P50 = new Metric("p50", "µs", 1e3);
    static final Metric P99 = new Metric("p99", "µs", 1e3);
    static final Metric P999 = new Metric("p99.9", "µs", 1e3);

    /** A quantity that is shown as it is kept. */
    static Metric of(String name, String unit) {
        return new Metric(name, unit, 1);
    }

    /** The value as it is shown. */
    double shown(double value) {
        return value / scale;
    }
}

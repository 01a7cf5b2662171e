package dev.towpath.bench.peers;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/**
 * Is what several rounds gave.
 *
 * @param median the middle one
 * @param least the least
 * @param most the most
 */
record Spread(double median, double least, double most) {

    /** The spread of at least one value. */
    static Spread of(Collection<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /** The same in another unit. */
    Spread in(Metric metric) {
        return new Spread(metric.shown(median), metric.shown(least), metric.shown(most));
    }

    /** A number with three significant digits or so. */
    static String number(double value) {
        double size = Math.abs(value);
        String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.3g";
        return value == 0 ? "0" : String.format(Locale.ROOT, format, value);
    }

    /** The median, and the range unless it is a single value. */
    @Override
    public String toString() {
        return number(median) + (least == most ? "" : " (" + number(least) + " – " + number(most) + ")");
    }
}

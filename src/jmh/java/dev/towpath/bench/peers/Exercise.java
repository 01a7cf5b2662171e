package dev.towpath.bench.peers;

import java.io.IOException;
import java.util.List;

/**
 * Is what a pair of JVMs does in a round.
 *
 * @param metrics what it measures
 * @param action how it is done
 */
record Exercise(List<Metric> metrics, Action action) {
    private static final List<Metric> PERCENTILES = List.of(Metric.P50, Metric.P99, Metric.P999);

    /** Runs for some time and returns a figure for each metric. */
    interface Action {
        double[] run(Pair pair, int millis) throws IOException;
    }

    /** Sending and receiving as fast as it goes. */
    static Exercise throughput() {
        return new Exercise(List.of(Metric.THROUGHPUT), (pair, millis) -> new double[] {pair.throughput(millis)});
    }

    /** One question after the other. */
    static Exercise roundTrip() {
        return new Exercise(PERCENTILES, Pair::roundTrip);
    }

    /** One question after the other, when both sides have fallen asleep. */
    static Exercise roundTripAsleep(int pauseNanos) {
        return new Exercise(PERCENTILES, (pair, millis) -> pair.roundTripAsleep(pauseNanos, millis));
    }

    /** Questions at a fixed rate. */
    static Exercise roundTripAt(int perSecond) {
        return new Exercise(PERCENTILES, (pair, millis) -> pair.roundTripAt(perSecond, millis));
    }
}

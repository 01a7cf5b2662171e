package dev.towpath.bench.peers;

import java.io.IOException;

/** Is one table of the comparison. */
interface Row {
    /** What it is called in commands, files and results. */
    String name();

    /** The heading of its table and plot. */
    String title();

    /** The unit of its values. */
    String unit();

    /** How many units the values of the results are divided by for showing. */
    double scale();

    /** Whether it belongs to the quick mode. */
    boolean isQuick();

    /** Runs it and adds its figures. */
    void run(Workplace workplace, Pace pace, Results results) throws IOException;

    /**
     * Says how long everything takes.
     *
     * @param isQuick whether only the most important peers take part
     * @param rounds how many rounds
     * @param warmUpMillis how long each pair warms up
     * @param roundMillis how long a round measures
     */
    record Pace(boolean isQuick, int rounds, int warmUpMillis, int roundMillis) {
        static final Pace QUICK = new Pace(true, 5, 2_000, 250);
        static final Pace FULL = new Pace(false, 7, 5_000, 1_000);
    }
}

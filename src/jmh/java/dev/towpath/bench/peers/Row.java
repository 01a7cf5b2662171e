package dev.towpath.bench.peers;

import java.io.IOException;
import java.util.List;

/** Is one table of the comparison. */
interface Row {
    /** What it is called in commands, files and results. */
    String name();

    /** The heading of its table and plot. */
    String title();

    /** What is measured; the first is what ratios are formed of. */
    List<Metric> metrics();

    /**
     * Which subject the others are compared with: Towpath in a comparison of peers, otherwise the simplest case, and
     * empty if ratios say nothing.
     */
    String reference();

    /** Whether its subjects are peers, so that ratios say how much more the reference does than each. */
    default boolean isOfPeers() {
        return false;
    }

    /** What its table does not say; empty if nothing. */
    default String remark() {
        return "";
    }

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
        static final Pace QUICK = new Pace(true, 5, 3_000, 250);
        static final Pace FULL = new Pace(false, 5, 4_000, 700);

        /** What is done for rows on which no goal rests. */
        Pace lesser() {
            return new Pace(isQuick, Math.min(5, rounds), Math.min(2_000, warmUpMillis), Math.min(500, roundMillis));
        }
    }
}

package dev.towpath.bench.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Measures how long opening takes, of a region that is new, or full and closed, or full and left behind by a process
 * that was killed; and how long it takes a living process to put back what a killed one held.
 */
record OpeningsRow() implements Row {
    static final String NAME = "openings";
    private static final String KILLED_WARM = "full, its user killed; a JVM that has done so before";
    static final Metric TIME = Metric.of("time", "ms");

    private static final List<String> FIRST = List.of(
            "new; first in its JVM", "full, closed; first in its JVM", "full, its user killed; first in its JVM");
    private static final List<String> WARM =
            List.of("new; a JVM that has done so before", "full, closed; a JVM that has done so before", KILLED_WARM);
    static final String RECOVERY = "the recovery alone: what opening takes longer if the user was killed";
    private static final String SURVIVOR = "a user killed, another lives: from the kill until all is back";
    private static final int TIMES = 10;
    private static final int WARM_TIMES = 5;
    private static final int MOST_ROUNDS = 5;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String title() {
        return "Opening a region of 100 MiB, and recovery";
    }

    @Override
    public List<Metric> metrics() {
        return List.of(TIME);
    }

    @Override
    public String reference() {
        return "";
    }

    @Override
    public String remark() {
        return "Who opens a region whose user was killed finds the death at once, by a lock: what that takes longer "
                + "than opening a closed one just before is the recovery; the middle one of five in a JVM that has "
                + "done so before. A living process looks for the dead every 100 ms; in the last line this wait is "
                + "contained, and the end of the killed process too.";
    }

    @Override
    public boolean isQuick() {
        return true;
    }

    @Override
    public void run(Workplace workplace, Pace pace, Results results) throws IOException {
        int rounds = pace.isQuick() ? 1 : Math.min(MOST_ROUNDS, pace.rounds());
        for (int round = 0; round < rounds; round++) {
            results.addLine(NAME, round, workplace.cacheLineNanos());
            Path folder = workplace.newFolder();
            try (Child opener = ChildJvm.start(0, workplace.log())) {
                openings(opener, folder, workplace, round, results);
                survival(opener, folder, workplace, round, results);
            } finally {
                workplace.delete(folder);
            }
        }
    }

    private static void openings(Child opener, Path folder, Workplace workplace, int round, Results results)
            throws IOException {
        try (Child user = ChildJvm.start(1, workplace.log())) {
            user.ask("openings", "fill", folder);
            user.ask("openings", "close");
        }
        double[] recoveries = new double[WARM_TIMES];
        for (int i = 0; i < TIMES; i++) {
            double[] millis = {
                opener.measure("openings", "new", folder)[0],
                opener.measure("openings", "open", folder)[0],
                openAfterKill(opener, folder, workplace)
            };
            List<String> subjects = i == 0 ? FIRST : i == TIMES - 1 ? WARM : List.of();
            for (int j = 0; j < subjects.size(); j++) {
                results.add(NAME, subjects.get(j), TIME.name(), round, millis[j]);
            }
            if (i >= TIMES - WARM_TIMES) {
                recoveries[TIMES - 1 - i] = millis[2] - millis[1];
            }
        }
        Arrays.sort(recoveries);
        results.add(NAME, RECOVERY, TIME.name(), round, recoveries[WARM_TIMES / 2]);
    }

    /** A process that joins the full region and is killed leaves as much to look through as the one that filled it. */
    private static double openAfterKill(Child opener, Path folder, Workplace workplace) throws IOException {
        try (Child user = ChildJvm.start(1, workplace.log())) {
            user.ask("openings", "join", folder);
        }
        return opener.measure("openings", "open", folder)[0];
    }

    private static void survival(Child survivor, Path folder, Workplace workplace, int round, Results results)
            throws IOException {
        survivor.ask("openings", "join", folder);
        try (Child victim = ChildJvm.start(1, workplace.log())) {
            victim.ask("openings", "join", folder);
            survivor.tell("openings", "watch");
            workplace.pause(500); // until it watches
            long killed = System.nanoTime();
            victim.close();
            double millis = (Long.parseLong(survivor.answer()) - killed) / 1e6;
            results.add(NAME, SURVIVOR, TIME.name(), round, millis);
        }
    }
}

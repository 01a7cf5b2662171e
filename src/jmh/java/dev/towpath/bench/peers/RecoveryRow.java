package dev.towpath.bench.peers;

import java.io.IOException;
import java.nio.file.Path;

/** Measures how long opening takes: a new region, a full one that was closed, a full one whose only user was killed. */
record RecoveryRow() implements Row {
    static final String NEW = "new region";
    static final String CLOSED = "full, closed";
    static final String KILLED = "full, its user killed";
    static final String OPEN = "open";

    private static final int WARM_UPS = 10;
    private static final int MOST_ROUNDS = 5;

    @Override
    public String name() {
        return "recovery";
    }

    @Override
    public String title() {
        return "Opening a region of 100 MiB, and recovery";
    }

    @Override
    public String unit() {
        return "ms";
    }

    @Override
    public double scale() {
        return 1;
    }

    @Override
    public boolean isQuick() {
        return false;
    }

    @Override
    public void run(Workplace workplace, Pace pace, Results results) throws IOException {
        for (int round = 0; round < Math.min(MOST_ROUNDS, pace.rounds()); round++) {
            results.add(name(), PeerRow.LINE, PeerRow.LINE, round, workplace.cacheLineNanos());
            results.add(name(), NEW, OPEN, round, open(workplace, false, 0));
            results.add(name(), CLOSED, OPEN, round, open(workplace, true, 0));
            results.add(name(), KILLED, OPEN, round, open(workplace, true, 1));
        }
    }

    private static double open(Workplace workplace, boolean full, int leaveOpen) throws IOException {
        Path folder = workplace.newFolder();
        try {
            if (full) {
                try (ChildJvm user = ChildJvm.start(0, workplace.log())) {
                    user.ask("towpath", "fill", folder, leaveOpen);
                }
            }
            try (ChildJvm next = ChildJvm.start(0, workplace.log())) {
                return Double.parseDouble(next.ask("towpath", "open", folder, WARM_UPS));
            }
        } finally {
            workplace.delete(folder);
        }
    }
}

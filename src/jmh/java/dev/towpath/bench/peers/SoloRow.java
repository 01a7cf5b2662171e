package dev.towpath.bench.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Measures the layer alone, in a fresh JVM for each number and round.
 *
 * @param name the row's name, which {@link TowpathWork} knows
 * @param title the heading
 * @param unit the unit of the first metric
 * @param metrics what one run gives
 * @param what what the numbers count
 * @param numbers for which numbers it is done
 */
record SoloRow(String name, String title, String unit, List<String> metrics, String what, List<Integer> numbers)
        implements Row {
    private static final int MOST_ROUNDS = 3;

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
            results.add(name, PeerRow.LINE, PeerRow.LINE, round, workplace.cacheLineNanos());
            for (int number : numbers) {
                Path folder = workplace.newFolder();
                try (ChildJvm jvm = ChildJvm.start(0, workplace.log())) {
                    String[] values = jvm.ask("towpath", name, folder, number).split(" ");
                    for (int i = 0; i < metrics.size(); i++) {
                        results.add(name, number + " " + what, metrics.get(i), round, Double.parseDouble(values[i]));
                    }
                } finally {
                    workplace.delete(folder);
                }
            }
        }
    }
}

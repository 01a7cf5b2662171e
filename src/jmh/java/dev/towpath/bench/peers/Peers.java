package dev.towpath.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the comparison with the peers, and writes {@code docs/bench/results.csv}, the plots beside it and the tables of
 * {@code docs/performance.md}.
 *
 * <p>{@code mvn -Ppeers verify -DskipTests} runs all rows. {@code -Dpeers.quick=true} takes the rows on which goals
 * rest, in some minutes, prints them and writes to {@code target/peers} instead; {@code -Dpeers.rows=batched-64,many}
 * takes the rows that it names and leaves the figures of the others as they are; {@code -Dpeers.rows=none} only writes
 * the documents.
 */
public final class Peers {
    private static final Path LOG = Path.of("target", "peers", "children.log");
    private static final Path DOCS = Path.of("docs");
    private static final Path QUICK_DOCS = Path.of("target", "peers");

    private static final String NO_ROWS = "none";

    private Peers() {}

    /** Runs what the system properties say. */
    public static void main(String[] args) throws IOException {
        boolean quick = Boolean.getBoolean("peers.quick");
        Path docs = quick ? QUICK_DOCS : DOCS;
        Path file = docs.resolve("bench").resolve("results.csv");
        List<Row> rows = chosen(quick);
        Results results = quick ? new Results() : Results.read(file);
        if (quick) {
            Files.deleteIfExists(docs.resolve(Report.FILE));
        }
        if (!rows.isEmpty()) {
            run(rows, quick ? Row.Pace.QUICK : Row.Pace.FULL, results, file);
        }
        Report report = new Report(results);
        report.write(docs, !rows.isEmpty());
        System.out.println(report.goals());
    }

    private static List<Row> chosen(boolean quick) {
        String names = System.getProperty("peers.rows", "");
        if (names.isBlank()) {
            return Rows.all().stream().filter(row -> !quick || row.isQuick()).toList();
        }
        Map<String, Row> known = new LinkedHashMap<>();
        Rows.all().forEach(row -> known.put(row.name(), row));
        List<Row> rows = new ArrayList<>();
        for (String name : names.equals(NO_ROWS) ? new String[0] : names.split(",")) {
            Row row = known.get(name.strip());
            if (row == null) {
                throw new IllegalArgumentException("no row is called " + name + "; there are " + known.keySet());
            }
            rows.add(row);
        }
        return rows;
    }

    /** A row that fails says so in its table, and the others are run all the same; what is measured is kept at once. */
    private static void run(List<Row> rows, Row.Pace pace, Results results, Path file) throws IOException {
        long begin = System.nanoTime();
        try (Workplace workplace = new Workplace(LOG)) {
            for (Row row : rows) {
                System.out.println(row.title());
                results.forget(row.name());
                try {
                    row.run(workplace, pace, results);
                } catch (RuntimeException | IOException e) {
                    e.printStackTrace();
                    results.note(row.name(), "The rest", String.valueOf(e.getMessage()));
                }
                System.out.print(new Table(row, results));
                System.out.println(
                        "after " + Duration.ofNanos(System.nanoTime() - begin).toSeconds() + " s\n");
                results.write(file);
            }
        } finally {
            Servers.stopAll();
        }
    }
}

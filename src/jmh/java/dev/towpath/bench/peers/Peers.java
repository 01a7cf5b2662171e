package dev.towpath.bench.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Runs the comparison with the peers, and writes {@code docs/bench/results.csv}, the plots beside it and the tables of
 * {@code docs/performance.md}.
 *
 * <p>{@code mvn -Ppeers verify -DskipTests} runs all rows. {@code -Dpeers.quick=true} takes the most important rows in
 * one to two minutes, prints them and writes to {@code target/peers} instead; {@code -Dpeers.rows=batched-64,many}
 * takes the rows that it names and leaves the figures of the others as they are; {@code -Dpeers.rows=none} only writes
 * the documents.
 */
public final class Peers {
    private static final Path LOG = Path.of("target", "peers", "children.log");
    private static final Path DOCS = Path.of("docs");
    private static final Path QUICK_DOCS = Path.of("target", "peers");

    private Peers() {}

    /** Runs what the system properties say. */
    public static void main(String[] args) throws IOException {
        boolean quick = Boolean.getBoolean("peers.quick");
        Path docs = quick ? QUICK_DOCS : DOCS;
        Path file = docs.resolve("bench").resolve("results.csv");
        List<Row> rows = chosen(quick);
        Results results = quick ? new Results() : Results.read(file);
        if (!rows.isEmpty()) {
            run(rows, quick ? Row.Pace.QUICK : Row.Pace.FULL, results, file);
        }
        Report report = new Report(results);
        report.write(docs);
        System.out.println(report.goals());
    }

    private static List<Row> chosen(boolean quick) {
        String names = System.getProperty("peers.rows", "");
        if (names.isBlank()) {
            return Rows.all().stream().filter(row -> !quick || row.isQuick()).toList();
        }
        Set<String> wanted = Arrays.stream(names.split(",")).map(String::strip).collect(Collectors.toSet());
        return Rows.all().stream().filter(row -> wanted.contains(row.name())).toList();
    }

    private static void run(List<Row> rows, Row.Pace pace, Results results, Path file) throws IOException {
        try (Workplace workplace = new Workplace(LOG)) {
            for (Row row : rows) {
                long begin = System.nanoTime();
                System.out.println(row.title());
                results.forget(row.name());
                try {
                    row.run(workplace, pace, results);
                } catch (RuntimeException e) {
                    System.out.println("  failed: " + e.getMessage() + "; see " + LOG);
                    results.forget(row.name());
                }
                System.out.print(Report.table(row, results));
                Duration took = Duration.ofNanos(System.nanoTime() - begin);
                System.out.println("took " + took.toMillis() / 1_000.0 + " s\n");
                results.write(file);
            }
        } finally {
            Servers.stopAll();
        }
    }
}

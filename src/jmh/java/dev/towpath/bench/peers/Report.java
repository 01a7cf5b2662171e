package dev.towpath.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes tables and plots from the results.
 *
 * <p>Tables are put into {@code performance.md} between a pair of comments, {@code begin} and {@code end} with the name
 * of the row; what stands outside is left as it is. A row without such a place is added at the end.
 */
final class Report {
    private final Results results;

    Report(Results results) {
        this.results = results;
    }

    void write(Path docs) throws IOException {
        Path file = docs.resolve("performance.md");
        Files.createDirectories(docs.resolve("bench"));
        String text = Files.exists(file) ? Files.readString(file) : "# Performance\n";
        text = put(text, "machine", "Machine", Machine.describe() + "\n");
        text = put(text, "goals", "What was to be reached", goals());
        for (Row row : Rows.all()) {
            if (results.rows().contains(row.name())) {
                Charts.draw(row, results, docs.resolve("bench"));
                String plot = "\n![" + row.title() + "](bench/" + row.name() + ".svg)\n";
                text = put(text, row.name(), row.title(), table(row, results) + plot);
            }
        }
        Files.writeString(file, text);
    }

    String goals() {
        return Goals.table(results);
    }

    private static String put(String text, String name, String title, String content) {
        String begin = "<!-- begin " + name + " -->\n";
        String end = "<!-- end " + name + " -->\n";
        if (!text.contains(begin)) {
            return text + "\n## " + title + "\n\n" + begin + content + end;
        }
        Pattern place = Pattern.compile(Pattern.quote(begin) + ".*?" + Pattern.quote(end), Pattern.DOTALL);
        return place.matcher(text).replaceFirst(Matcher.quoteReplacement(begin + content + end));
    }

    /** The table of a row. */
    static String table(Row row, Results results) {
        if (!results.rows().contains(row.name())) {
            return "No results.\n";
        }
        StringBuilder table = new StringBuilder();
        Set<String> metrics = results.metrics(row.name());
        metrics.remove(PeerRow.LINE);
        boolean compared = row instanceof PeerRow;
        table.append("| " + row.unit() + " |");
        metrics.forEach(metric -> table.append(" " + metric + " | least – most |"));
        table.append(compared ? " Towpath against it, round by round | lacks |\n|---|" : "\n|---|");
        metrics.forEach(metric -> table.append("--:|--:|"));
        table.append(compared ? "--:|---|\n" : "\n");
        for (String subject : results.subjects(row.name(), metrics.iterator().next())) {
            line(table, row, results, metrics, subject);
        }
        Results.Spread line = results.spread(row.name(), PeerRow.LINE, PeerRow.LINE);
        table.append("\nCache line there and back beside these rounds: " + Goals.number(line.median()) + " ns ("
                + Goals.number(line.least()) + " – " + Goals.number(line.most()) + ").\n");
        return table.toString();
    }

    private static void line(StringBuilder table, Row row, Results results, Set<String> metrics, String subject) {
        table.append("| " + subject + " |");
        for (String metric : metrics) {
            Results.Spread spread = results.spread(row.name(), subject, metric);
            table.append(" " + Goals.number(spread.median() / row.scale()) + " | "
                    + Goals.number(spread.least() / row.scale()) + " – "
                    + Goals.number(spread.most() / row.scale()) + " |");
        }
        Peer peer = peer(subject);
        if (row instanceof PeerRow && peer != null) {
            String metric = metrics.iterator().next();
            Results.Spread ratio = results.ratio(row.name(), Peer.TOWPATH.title(), subject, metric);
            table.append(
                    peer == Peer.TOWPATH
                            ? " | |"
                            : " " + Goals.number(ratio.median()) + " × (" + Goals.number(ratio.least()) + " – "
                                    + Goals.number(ratio.most()) + ") | " + peer.lacks() + " |");
        }
        table.append("\n");
    }

    private static @Nullable Peer peer(String title) {
        for (Peer peer : Peer.values()) {
            if (peer.title().equals(title)) {
                return peer;
            }
        }
        return null;
    }
}

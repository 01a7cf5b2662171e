package dev.towpath.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes tables and plots from the results.
 *
 * <p>Tables are put into {@code performance.md} between a pair of comments, {@code begin} and {@code end} with the name
 * of the row; what stands outside is left as it is. A row without such a place is added at the end.
 */
final class Report {
    static final String FILE = "performance.md";

    private final Results results;

    Report(Results results) {
        this.results = results;
    }

    /** Writes into a folder; the machine is described anew only if something was measured on it. */
    void write(Path docs, boolean measured) throws IOException {
        Path file = docs.resolve(FILE);
        Path plots = docs.resolve("bench");
        Files.createDirectories(plots);
        String text = Files.exists(file) ? Files.readString(file) : "# Performance\n";
        if (measured) {
            text = put(text, "machine", "Machine", Machine.describe() + "\n");
        }
        text = put(text, "goals", "What was to be reached", goals());
        for (Row row : Rows.all()) {
            if (results.has(row.name())) {
                text = put(text, row.name(), row.title(), section(row, plots));
            }
        }
        Files.writeString(file, text);
    }

    private String section(Row row, Path plots) throws IOException {
        String table = new Table(row, results).toString();
        if (results.subjects(row.name()).isEmpty()) {
            return table;
        }
        Charts.draw(row, results, plots);
        return table + "\n![" + row.title() + "](bench/" + row.name() + ".svg)\n";
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
}

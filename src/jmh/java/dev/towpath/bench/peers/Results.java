package dev.towpath.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keeps every single figure of every round, with what could not be measured, and relates them round by round. */
final class Results {
    private static final String HEAD = "row,subject,metric,round,value";

    /** The subject and metric of a cache line's round trip beside a round. */
    private static final String LINE = "cache line";

    private static final String NOTE = "note";

    /** Five fields; those with commas are quoted, but for the last one, which may have any. */
    private static final Pattern LINE_OF_FIELDS = Pattern.compile("(\"[^\"]*\"|[^,]*),".repeat(4) + "(.*)");

    private final List<Figure> figures = new ArrayList<>();
    private final List<Note> notes = new ArrayList<>();

    /**
     * Is one figure.
     *
     * @param row the row's name
     * @param subject the peer or the parameter
     * @param metric what was measured
     * @param round in which round
     * @param value the value
     */
    private record Figure(String row, String subject, String metric, int round, double value) {
        String line() {
            return String.join(
                    ",", row, quoted(subject), quoted(metric), Integer.toString(round), Double.toString(value));
        }
    }

    /** Is why a subject of a row has no figures. */
    private record Note(String row, String subject, String text) {
        String line() {
            return String.join(",", row, quoted(subject), NOTE, "", text);
        }
    }

    static Results read(Path file) throws IOException {
        Results results = new Results();
        if (Files.exists(file)) {
            Files.readAllLines(file).stream().skip(1).forEach(results::parse);
        }
        return results;
    }

    private void parse(String line) {
        Matcher fields = LINE_OF_FIELDS.matcher(line);
        if (!fields.matches()) {
            throw new IllegalArgumentException("this is no line of results: " + line);
        }
        String row = fields.group(1);
        String subject = unquoted(fields.group(2));
        String metric = unquoted(fields.group(3));
        if (metric.equals(NOTE)) {
            notes.add(new Note(row, subject, fields.group(5)));
        } else {
            add(row, subject, metric, Integer.parseInt(fields.group(4)), Double.parseDouble(fields.group(5)));
        }
    }

    private static String quoted(String field) {
        return field.indexOf(',') < 0 ? field : '"' + field + '"';
    }

    private static String unquoted(String field) {
        return field.startsWith("\"") ? field.substring(1, field.length() - 1) : field;
    }

    void write(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        List<String> lines = new ArrayList<>();
        lines.add(HEAD);
        figures.forEach(figure -> lines.add(figure.line()));
        notes.forEach(note -> lines.add(note.line()));
        Files.write(file, lines);
    }

    /** Forgets the figures of a row, which is run again. */
    void forget(String row) {
        figures.removeIf(figure -> figure.row().equals(row));
        notes.removeIf(note -> note.row().equals(row));
    }

    void add(String row, String subject, String metric, int round, double value) {
        figures.add(new Figure(row, subject, metric, round, value));
    }

    /** Adds the round trip of a cache line beside a round. */
    void addLine(String row, int round, double nanos) {
        add(row, LINE, LINE, round, nanos);
    }

    /** Says why a subject has no figures, or fewer. */
    void note(String row, String subject, String text) {
        notes.add(new Note(row, subject, text.replaceAll("\\s+", " ").replace('|', '/')));
    }

    /** Whether there is anything to tell of a row. */
    boolean has(String row) {
        return figures.stream().anyMatch(figure -> figure.row().equals(row))
                || notes.stream().anyMatch(note -> note.row().equals(row));
    }

    /** What the row has figures of, in the order of measuring. */
    Set<String> subjects(String row) {
        Set<String> subjects = new LinkedHashSet<>();
        for (Figure figure : figures) {
            if (figure.row().equals(row) && !figure.metric().equals(LINE)) {
                subjects.add(figure.subject());
            }
        }
        return subjects;
    }

    /** The notes of a row, by subject. */
    Map<String, String> notes(String row) {
        Map<String, String> found = new LinkedHashMap<>();
        for (Note note : notes) {
            if (note.row().equals(row)) {
                found.merge(note.subject(), note.text(), (one, other) -> one + "; " + other);
            }
        }
        return found;
    }

    /** The values of a subject by round; empty if there are none. */
    Map<Integer, Double> values(String row, String subject, String metric) {
        Map<Integer, Double> values = new LinkedHashMap<>();
        for (Figure figure : figures) {
            if (figure.row().equals(row)
                    && figure.subject().equals(subject)
                    && figure.metric().equals(metric)) {
                values.put(figure.round(), figure.value());
            }
        }
        return values;
    }

    /** The ratio of two subjects, formed in each round that has both. */
    Map<Integer, Double> ratios(String row, String subject, String other, String metric) {
        Map<Integer, Double> below = values(row, other, metric);
        Map<Integer, Double> ratios = new LinkedHashMap<>();
        values(row, subject, metric).forEach((round, value) -> {
            if (below.containsKey(round)) {
                ratios.put(round, value / below.get(round));
            }
        });
        return ratios;
    }

    /** The round trips of a cache line beside the rounds. */
    Collection<Double> lines(String row) {
        return values(row, LINE, LINE).values();
    }

    /** Which rounds of a row were in a regime. */
    IntPredicate roundsIn(String row, Regime regime) {
        Map<Integer, Double> lines = values(row, LINE, LINE);
        return round -> lines.containsKey(round) && Regime.of(lines.get(round)) == regime;
    }

    /** The values of some rounds. */
    static Collection<Double> some(Map<Integer, Double> values, IntPredicate rounds) {
        return values.entrySet().stream()
                .filter(entry -> rounds.test(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }
}

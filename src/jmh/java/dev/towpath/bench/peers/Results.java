package dev.towpath.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Keeps every single figure of every round, and computes medians and ratios round by round. */
final class Results {
    private static final String HEAD = "row,subject,metric,round,value";

    private final List<Figure> figures = new ArrayList<>();

    /**
     * Is one figure.
     *
     * @param row the row's name
     * @param subject the peer or the parameter
     * @param metric what was measured
     * @param round in which round
     * @param value the value
     */
    record Figure(String row, String subject, String metric, int round, double value) {
        String line() {
            return String.join(",", row, subject, metric, Integer.toString(round), Double.toString(value));
        }

        static Figure of(String line) {
            String[] fields = line.split(",");
            return new Figure(
                    fields[0], fields[1], fields[2], Integer.parseInt(fields[3]), Double.parseDouble(fields[4]));
        }
    }

    /**
     * Is what several rounds gave.
     *
     * @param median the middle one
     * @param least the least
     * @param most the most
     */
    record Spread(double median, double least, double most) {
        static Spread of(double[] values) {
            Arrays.sort(values);
            int middle = values.length / 2;
            double median = values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
            return new Spread(median, values[0], values[values.length - 1]);
        }
    }

    static Results read(Path file) throws IOException {
        Results results = new Results();
        if (Files.exists(file)) {
            Files.readAllLines(file).stream().skip(1).map(Figure::of).forEach(results.figures::add);
        }
        return results;
    }

    void write(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        List<String> lines = new ArrayList<>();
        lines.add(HEAD);
        figures.forEach(figure -> lines.add(figure.line()));
        Files.write(file, lines);
    }

    /** Forgets the figures of a row, which is run again. */
    void forget(String row) {
        figures.removeIf(figure -> figure.row().equals(row));
    }

    void add(String row, String subject, String metric, int round, double value) {
        figures.add(new Figure(row, subject, metric, round, value));
    }

    Set<String> rows() {
        Set<String> rows = new LinkedHashSet<>();
        figures.forEach(figure -> rows.add(figure.row()));
        return rows;
    }

    Set<String> subjects(String row, String metric) {
        Set<String> subjects = new LinkedHashSet<>();
        for (Figure figure : figures) {
            if (figure.row().equals(row) && figure.metric().equals(metric)) {
                subjects.add(figure.subject());
            }
        }
        return subjects;
    }

    Set<String> metrics(String row) {
        Set<String> metrics = new LinkedHashSet<>();
        for (Figure figure : figures) {
            if (figure.row().equals(row)) {
                metrics.add(figure.metric());
            }
        }
        return metrics;
    }

    /** What the rounds gave. */
    Spread spread(String row, String subject, String metric) {
        return Spread.of(values(row, subject, metric));
    }

    /** The ratio of two subjects, formed in each round. */
    Spread ratio(String row, String subject, String other, String metric) {
        double[] above = values(row, subject, metric);
        double[] below = values(row, other, metric);
        double[] ratios = new double[Math.min(above.length, below.length)];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = above[i] / below[i];
        }
        return Spread.of(ratios);
    }

    private double[] values(String row, String subject, String metric) {
        return figures.stream()
                .filter(figure -> figure.row().equals(row)
                        && figure.subject().equals(subject)
                        && figure.metric().equals(metric))
                .mapToDouble(Figure::value)
                .toArray();
    }
}

package dev.towpath.bench.peers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/** Shows the figures of a row, and the ratios of its rounds, in both regimes if there were rounds in both. */
final class Table {
    private final Row row;
    private final Results results;
    private final Metric first;
    private final List<Regime> regimes;

    Table(Row row, Results results) {
        this.row = row;
        this.results = results;
        this.first = row.metrics().getFirst();
        Collection<Double> lines = results.lines(row.name());
        List<Regime> seen = lines.stream().map(Regime::of).distinct().sorted().toList();
        this.regimes = seen.size() > 1 ? seen : List.of();
    }

    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        if (!results.subjects(row.name()).isEmpty()) {
            lines.add(head());
            lines.add(rule());
            results.subjects(row.name()).forEach(subject -> lines.add(line(subject)));
        }
        List<String> texts = new ArrayList<>();
        results.notes(row.name()).forEach((subject, note) -> texts.add(subject + " has failed: " + note));
        if (!row.remark().isEmpty()) {
            texts.add(row.remark());
        }
        if (!results.lines(row.name()).isEmpty()) {
            texts.add(machine());
        }
        texts.forEach(text -> lines.addAll(List.of("", text)));
        return String.join("\n", lines) + "\n";
    }

    private String head() {
        StringBuilder head = new StringBuilder("| |");
        for (Metric metric : row.metrics()) {
            head.append(" ")
                    .append(metric.name())
                    .append(", ")
                    .append(metric.unit())
                    .append(" |");
        }
        for (Regime regime : regimes) {
            head.append(" ")
                    .append(first.name())
                    .append(" ")
                    .append(name(regime))
                    .append(" |");
        }
        if (hasRatios()) {
            head.append(row.isOfPeers() ? " Towpath against it |" : " against “" + row.reference() + "” |");
            regimes.forEach(regime -> head.append(" ").append(name(regime)).append(" |"));
        }
        return head.append(row.isOfPeers() ? " lacks |" : "").toString();
    }

    private boolean hasRatios() {
        return !row.reference().isEmpty();
    }

    private String rule() {
        int numbers = row.metrics().size() + regimes.size() + (hasRatios() ? 1 + regimes.size() : 0);
        return "|---|" + "--:|".repeat(numbers) + (row.isOfPeers() ? "---|" : "");
    }

    private String line(String subject) {
        List<String> cells = new ArrayList<>();
        cells.add(subject);
        for (Metric metric : row.metrics()) {
            cells.add(shown(results.values(row.name(), subject, metric.name()), metric, round -> true));
        }
        Map<Integer, Double> values = results.values(row.name(), subject, first.name());
        regimes.forEach(regime -> cells.add(shown(values, first, results.roundsIn(row.name(), regime))));
        if (hasRatios()) {
            Map<Integer, Double> ratios = ratios(subject);
            cells.add(times(ratios, round -> true));
            regimes.forEach(regime -> cells.add(times(ratios, results.roundsIn(row.name(), regime))));
        }
        if (row.isOfPeers()) {
            cells.add(lacks(subject));
        }
        return "| " + String.join(" | ", cells) + " |";
    }

    private Map<Integer, Double> ratios(String subject) {
        if (subject.equals(row.reference())) {
            return Map.of();
        }
        return row.isOfPeers()
                ? results.ratios(row.name(), row.reference(), subject, first.name())
                : results.ratios(row.name(), subject, row.reference(), first.name());
    }

    private static String shown(Map<Integer, Double> values, Metric metric, IntPredicate rounds) {
        Collection<Double> some = Results.some(values, rounds);
        return some.isEmpty() ? "" : Spread.of(some).in(metric).toString();
    }

    private static String times(Map<Integer, Double> ratios, IntPredicate rounds) {
        Collection<Double> some = Results.some(ratios, rounds);
        return some.isEmpty() ? "" : Spread.of(some).toString().replaceFirst("( |$)", " ×$1");
    }

    private static String lacks(String subject) {
        return Arrays.stream(Peer.values())
                .filter(peer -> peer.title().equals(subject))
                .map(Peer::lacks)
                .findFirst()
                .orElse("");
    }

    private String machine() {
        Collection<Double> lines = results.lines(row.name());
        Map<Regime, Long> counts = lines.stream().collect(Collectors.groupingBy(Regime::of, Collectors.counting()));
        return "Cache line there and back beside these rounds: " + Spread.of(lines) + " ns; near in "
                + counts.getOrDefault(Regime.NEAR, 0L) + " of " + lines.size() + " rounds.";
    }

    private static String name(Regime regime) {
        return regime == Regime.NEAR ? "near" : "far";
    }
}

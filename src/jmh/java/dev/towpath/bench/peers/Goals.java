package dev.towpath.bench.peers;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says what is to be reached, and whether the results do. */
final class Goals {
    private static final String TOWPATH = Peer.TOWPATH.title();
    private static final String AERON = Peer.AERON.title();
    private static final String SOCKET = Peer.SOCKET.title();

    /**
     * Is one thing to reach: a ratio of two subjects of a row, or a plain value.
     *
     * @param text what is compared
     * @param row the row
     * @param metric the metric
     * @param subject whose value
     * @param other what it is divided by; empty for the plain value
     * @param atLeast the bound is a least value, otherwise a largest one
     * @param bound the bound
     */
    private record Goal(
            String text, String row, String metric, String subject, String other, boolean atLeast, double bound) {

        Map<Integer, Double> values(Results results) {
            return other.isEmpty() ? results.values(row, subject, metric) : results.ratios(row, subject, other, metric);
        }

        boolean isReachedBy(double value) {
            return atLeast ? value >= bound : value <= bound;
        }
    }

    private Goals() {}

    private static List<Goal> all() {
        return Stream.of(againstPeers(), layersAgainstPython(), againstItself(), alone())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Goal> againstPeers() {
        return List.of(
                faster("64 B batched, against Aeron exclusive", Rows.BATCHED_64, AERON, 1.0),
                faster("64 B one by one, against Chronicle Queue", Rows.ONE_BY_ONE_64, Peer.CHRONICLE.title(), 2),
                faster("1 KiB batched, against Aeron exclusive", Rows.BATCHED_1K, AERON, 1.5),
                faster("64 B one by one, against Redis lists", Rows.SERVERS, Peer.REDIS.title(), 100),
                faster("64 B one by one, against RabbitMQ unconfirmed", Rows.SERVERS, Peer.RABBITMQ.title(), 100),
                faster(
                        "64 B one by one, against RabbitMQ confirmed",
                        Rows.SERVERS,
                        Peer.RABBITMQ_CONFIRMED.title(),
                        100),
                sooner("round trip spinning, p50, against Aeron", Rows.SPINNING, AERON, 1.25),
                sooner("round trip of receivers that wait, p50, against a bare socket", Rows.SLEEPING, SOCKET, 1.3),
                sooner("round trip, both asleep, p50, against a bare socket", Rows.ASLEEP, SOCKET, 1.3));
    }

    private static List<Goal> layersAgainstPython() {
        return List.of(
                redis("one by one", RedisLayerRow.SINGLE, true, 3),
                redis("64 at once", RedisLayerRow.BATCHED, true, 50),
                redis("group send to 1,000 that read", RedisLayerRow.GROUP, false, 0.5),
                redis("group send to 1,000 that do not", RedisLayerRow.CROWD, false, 0.5),
                plain(
                        "connections of the Redis layer while 10,000 wait",
                        RedisLayerRow.NAME,
                        RedisLayerRow.CONNECTIONS.name(),
                        RedisLayerRow.TOWPATH,
                        200),
                plain(
                        "processor time of the Redis layer while 10,000 wait, % of a core",
                        RedisLayerRow.NAME, RedisLayerRow.PROCESSOR.name(), RedisLayerRow.TOWPATH, 0.5),
                rabbitMq("over aiormq", RabbitLayerRow.AIORMQ),
                rabbitMq("over bare frames", RabbitLayerRow.BARE));
    }

    private static List<Goal> againstItself() {
        return List.of(
                many("4 × 4 on one channel, against 1 × 1", ManyRow.FOUR, 0.3),
                many("4 × 4 on 64 channels, against 1 × 1", ManyRow.SPREAD, 0.8),
                flat("400,000 messages stored, against none", AloneRow.stored(), "400000 messages"),
                flat("100,000 memberships, against none", AloneRow.memberships(), "100000 memberships"));
    }

    private static List<Goal> alone() {
        String openings = OpeningsRow.NAME;
        return List.of(
                plain("group send to 1,000 members, ns a member", "group", "time", "1000 members", 100),
                plain("group send to 1,000 members, bytes a member", "group", "memory", "1000 members", 304),
                plain(
                        "processor time, 10,000 virtual threads wait, % of a core",
                        "idle", "share", "10000 threads", 0.5),
                plain(
                        "processor time, 10,000 wait for answers, % of a core",
                        RequestsRow.NAME, RequestsRow.CPU.name(), RequestsRow.subject(10_000), 0.5),
                plain(
                        "recovery of a full 100 MiB after a death was detected, ms",
                        openings,
                        OpeningsRow.TIME.name(),
                        OpeningsRow.RECOVERY,
                        20),
                allocation("send and drain", "64 bytes"),
                allocation("sendAll and drain", "64 bytes"),
                allocation("send and drain", "1024 bytes"),
                allocation("sendAll and drain", "1024 bytes"),
                plain("metadata of a message, B", "metadata", "message", "10000 of each", 50),
                plain("idle channel, B", "metadata", "idle channel", "10000 of each", 1_024),
                plain("membership, B", "metadata", "membership", "10000 of each", 128));
    }

    private static Goal faster(String text, String row, String other, double bound) {
        return new Goal(text, row, Metric.THROUGHPUT.name(), TOWPATH, other, true, bound);
    }

    private static Goal redis(String text, Metric metric, boolean atLeast, double bound) {
        return new Goal(
                "Redis layer, " + text + ", against channels_redis",
                RedisLayerRow.NAME,
                metric.name(),
                RedisLayerRow.TOWPATH,
                RedisLayerRow.PYTHON,
                atLeast,
                bound);
    }

    private static Goal rabbitMq(String text, String python) {
        return new Goal(
                "RabbitMQ layer one by one, against the steps of channels_rabbitmq " + text,
                RabbitLayerRow.NAME,
                RabbitLayerRow.SINGLE.name(),
                RabbitLayerRow.TOWPATH,
                python,
                true,
                1.3);
    }

    private static Goal sooner(String text, String row, String other, double bound) {
        return new Goal(text, row, Metric.P50.name(), TOWPATH, other, false, bound);
    }

    private static Goal many(String text, String subject, double bound) {
        return new Goal(text, ManyRow.NAME, Metric.THROUGHPUT.name(), subject, ManyRow.ONE, true, bound);
    }

    private static Goal flat(String text, Row row, String subject) {
        return new Goal(text, row.name(), AloneRow.TIME.name(), subject, row.reference(), false, 1.2);
    }

    private static Goal allocation(String metric, String subject) {
        return plain("allocation, " + metric + " of " + subject + ", B a message", "allocation", metric, subject, 0.05);
    }

    private static Goal plain(String text, String row, String metric, String subject, double bound) {
        return new Goal(text, row, metric, subject, "", false, bound);
    }

    /** The table of all goals, those for which there are no results too. */
    static String table(Results results) {
        List<String> lines = new ArrayList<>();
        lines.add("| | to reach | median | near | far | round by round | |");
        lines.add("|---|--:|--:|--:|--:|---|---|");
        for (Goal goal : all()) {
            String bound = (goal.atLeast ? "≥ " : "≤ ") + Spread.number(goal.bound);
            lines.add("| " + goal.text + " | " + bound + " | " + figures(goal, results) + " |");
        }
        return String.join("\n", lines) + "\n";
    }

    private static String figures(Goal goal, Results results) {
        Map<Integer, Double> values = goal.values(results);
        if (values.isEmpty()) {
            return "not measured | | | |";
        }
        double median = Spread.of(values.values()).median();
        return String.join(
                " | ",
                Spread.number(median),
                medianIn(Regime.NEAR, goal, results),
                medianIn(Regime.FAR, goal, results),
                values.values().stream().map(Spread::number).collect(Collectors.joining(" · ")),
                goal.isReachedBy(median) ? "reached" : "**missed**");
    }

    private static String medianIn(Regime regime, Goal goal, Results results) {
        Collection<Double> some = Results.some(goal.values(results), results.roundsIn(goal.row, regime));
        return some.isEmpty() ? "" : Spread.number(Spread.of(some).median());
    }
}

package dev.towpath.bench.peers;

import java.util.List;
import java.util.Locale;

/** Says what is to be reached, and whether the results do. */
final class Goals {
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
            String text, String row, String metric, String subject, String other, boolean atLeast, double bound) {}

    private static final String TOWPATH = Peer.TOWPATH.title();
    private static final String AERON = Peer.AERON.title();

    private static final List<Goal> ALL = List.of(
            throughput("64 B batched, against Aeron exclusive", Rows.BATCHED_64, AERON, 1.0),
            throughput("64 B one by one, against Chronicle Queue", Rows.ONE_BY_ONE_64, Peer.CHRONICLE.title(), 2),
            throughput("1 KiB batched, against Aeron exclusive", Rows.BATCHED_1K, AERON, 1.5),
            latency("round trip spinning, p50, against Aeron", Rows.SPINNING, AERON, 1.25),
            latency("round trip sleeping, p50, against a bare socket", Rows.SLEEPING, Peer.SOCKET.title(), 1.3),
            throughput("64 B one by one, against Redis lists", Rows.SERVERS, Peer.REDIS.title(), 100),
            throughput("64 B one by one, against RabbitMQ", Rows.SERVERS, Peer.RABBITMQ.title(), 100),
            many("4 × 4 on one channel, against 1 × 1", ManyRow.FOUR, 0.3),
            many("4 × 4 on 64 channels, against 1 × 1", ManyRow.SPREAD, 0.8),
            plain("group send to 1,000 members, ns a member", "group", "time", "1000 members", 100),
            plain("group send to 1,000 members, bytes a member", "group", "bytes", "1000 members", 304),
            new Goal(
                    "400,000 messages stored, against none",
                    "stored",
                    "time",
                    "400000 messages",
                    "0 messages",
                    false,
                    1.2),
            plain("idle processor time, 10,000 virtual threads, % of a core", "idle", "share", "10000 threads", 0.5),
            plain("opening a full 100 MiB after its user was killed, ms", "recovery", "open", RecoveryRow.KILLED, 20),
            plain("allocation, send and drain, B a message", "allocation", "send", "64 bytes", 0.05),
            plain("allocation, sendAll and drain, B a message", "allocation", "sendAll", "64 bytes", 0.05));

    private Goals() {}

    private static Goal throughput(String text, String row, String other, double bound) {
        return new Goal(text, row, PeerRow.THROUGHPUT, TOWPATH, other, true, bound);
    }

    private static Goal latency(String text, String row, String other, double bound) {
        return new Goal(text, row, PeerRow.P50, TOWPATH, other, false, bound);
    }

    private static Goal many(String text, String subject, double bound) {
        return new Goal(text, "many", PeerRow.THROUGHPUT, subject, ManyRow.ONE, true, bound);
    }

    private static Goal plain(String text, String row, String metric, String subject, double bound) {
        return new Goal(text, row, metric, subject, "", false, bound);
    }

    /** The table of all goals for which there are results. */
    static String table(Results results) {
        StringBuilder table =
                new StringBuilder("| | to reach | median | least – most of the rounds | |\n|---|--:|--:|--:|---|\n");
        for (Goal goal : ALL) {
            boolean measured = results.subjects(goal.row, goal.metric).contains(goal.subject);
            boolean compared = goal.other.isEmpty()
                    || results.subjects(goal.row, goal.metric).contains(goal.other);
            String figures = measured && compared ? figures(goal, results) : "| not measured | | |";
            String bound = (goal.atLeast ? "≥ " : "≤ ") + number(goal.bound);
            table.append("| " + goal.text + " | " + bound + " " + figures + "\n");
        }
        return table.toString();
    }

    private static String figures(Goal goal, Results results) {
        Results.Spread spread = goal.other.isEmpty()
                ? results.spread(goal.row, goal.subject, goal.metric)
                : results.ratio(goal.row, goal.subject, goal.other, goal.metric);
        boolean reached = goal.atLeast ? spread.median() >= goal.bound : spread.median() <= goal.bound;
        return "| " + number(spread.median()) + " | " + number(spread.least()) + " – " + number(spread.most()) + " | "
                + (reached ? "reached" : "missed") + " |";
    }

    /** A number with three significant digits or so. */
    static String number(double value) {
        double size = Math.abs(value);
        String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.3g";
        return value == 0 ? "0" : String.format(Locale.ROOT, format, value);
    }
}

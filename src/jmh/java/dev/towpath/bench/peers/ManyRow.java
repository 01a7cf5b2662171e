package dev.towpath.bench.peers;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compares one sender and one receiver with four of each, on one channel and on 64, in rounds. */
record ManyRow() implements Row {
    static final String NAME = "many";
    static final String ONE = "1 × 1 on one channel";
    static final String FOUR = "4 × 4 on one channel";
    static final String SPREAD = "4 × 4 on 64 channels";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String title() {
        return "Several senders and receivers, 64 B one by one";
    }

    @Override
    public List<Metric> metrics() {
        return List.of(Metric.THROUGHPUT);
    }

    @Override
    public String reference() {
        return ONE;
    }

    @Override
    public String remark() {
        return "The four senders share one core, and the four receivers the other.";
    }

    @Override
    public boolean isQuick() {
        return true;
    }

    @Override
    public void run(Workplace workplace, Pace pace, Results results) throws IOException {
        Map<String, Pair> pairs = new LinkedHashMap<>();
        try {
            start(pairs, workplace, pace, ONE, Pair.Setting.many(1, 1));
            start(pairs, workplace, pace, FOUR, Pair.Setting.many(1, 4));
            start(pairs, workplace, pace, SPREAD, Pair.Setting.many(64, 4));
            for (int round = 0; round < pace.rounds(); round++) {
                results.addLine(NAME, round, workplace.cacheLineNanos());
                for (Map.Entry<String, Pair> entry : pairs.entrySet()) {
                    double perSecond = entry.getValue().throughput(pace.roundMillis());
                    results.add(NAME, entry.getKey(), Metric.THROUGHPUT.name(), round, perSecond);
                }
            }
        } finally {
            for (Pair pair : pairs.values()) {
                pair.close();
            }
        }
    }

    private static void start(
            Map<String, Pair> pairs, Workplace workplace, Pace pace, String subject, Pair.Setting setting)
            throws IOException {
        Pair pair = Pair.start(Peer.TOWPATH, workplace, setting);
        pairs.put(subject, pair);
        pair.throughput(pace.warmUpMillis());
    }
}

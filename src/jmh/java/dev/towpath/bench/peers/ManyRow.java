package dev.towpath.bench.peers;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Compares one sender and one receiver with four of each, on one channel and on 64, in rounds. */
record ManyRow() implements Row {
    static final String ONE = "1 × 1 on one channel";
    static final String FOUR = "4 × 4 on one channel";
    static final String SPREAD = "4 × 4 on 64 channels";

    private static final int BYTES = 64;

    @Override
    public String name() {
        return "many";
    }

    @Override
    public String title() {
        return "Several senders and receivers, 64 B one by one";
    }

    @Override
    public String unit() {
        return "million messages/s";
    }

    @Override
    public double scale() {
        return 1e6;
    }

    @Override
    public boolean isQuick() {
        return false;
    }

    @Override
    public void run(Workplace workplace, Pace pace, Results results) throws IOException {
        Map<String, Pair> pairs = new LinkedHashMap<>();
        try {
            start(pairs, workplace, pace, ONE, new Pair.Setting(BYTES, 1, false, 1, 1));
            start(pairs, workplace, pace, FOUR, new Pair.Setting(BYTES, 1, false, 1, 4));
            start(pairs, workplace, pace, SPREAD, new Pair.Setting(BYTES, 1, false, 64, 4));
            for (int round = 0; round < pace.rounds(); round++) {
                results.add(name(), PeerRow.LINE, PeerRow.LINE, round, workplace.cacheLineNanos());
                for (Map.Entry<String, Pair> entry : pairs.entrySet()) {
                    double perSecond = entry.getValue().throughput(pace.roundMillis());
                    results.add(name(), entry.getKey(), PeerRow.THROUGHPUT, round, perSecond);
                }
            }
        } finally {
            for (Pair pair : pairs.values()) {
                pair.close();
            }
        }
    }

    private static void start(
            Map<String, Pair> pairs, Workplace workplace, Row.Pace pace, String subject, Pair.Setting setting)
            throws IOException {
        Pair pair = Pair.start(Peer.TOWPATH, workplace, setting);
        pairs.put(subject, pair);
        pair.throughput(pace.warmUpMillis());
    }
}

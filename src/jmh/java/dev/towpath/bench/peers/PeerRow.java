package dev.towpath.bench.peers;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares peers in rounds: each peer has a pair of JVMs, which are warmed up first and then take turns.
 *
 * @param name the row's name
 * @param title the heading
 * @param isQuick whether it belongs to the quick mode
 * @param isRoundTrip whether round trips are measured instead of throughput
 * @param perSecond at which rate questions are asked, 0 for one after the other
 * @param setting how the JVMs are connected
 * @param peers who takes part
 */
record PeerRow(
        String name,
        String title,
        boolean isQuick,
        boolean isRoundTrip,
        int perSecond,
        Pair.Setting setting,
        List<Peer> peers)
        implements Row {

    static final String THROUGHPUT = "throughput";
    static final String P50 = "p50";
    static final String LINE = "cache line";
    private static final List<String> PERCENTILES = List.of(P50, "p99", "p99.9");

    @Override
    public String unit() {
        return isRoundTrip ? "µs" : "million messages/s";
    }

    @Override
    public double scale() {
        return isRoundTrip ? 1e3 : 1e6;
    }

    @Override
    public void run(Workplace workplace, Pace pace, Results results) throws IOException {
        Map<Peer, Pair> pairs = new LinkedHashMap<>();
        try {
            for (Peer peer :
                    pace.isQuick() ? peers.stream().filter(Peer::isQuick).toList() : peers) {
                Servers.start(peer, workplace);
                String missing = Servers.missing(peer);
                if (missing == null) {
                    Pair pair = Pair.start(peer, workplace, setting);
                    pairs.put(peer, pair);
                    warmUp(pair, pace);
                } else {
                    System.out.println("  " + peer.title() + " is left out: " + missing);
                }
            }
            for (int round = 0; round < pace.rounds(); round++) {
                results.add(name, LINE, LINE, round, workplace.cacheLineNanos());
                for (Map.Entry<Peer, Pair> entry : pairs.entrySet()) {
                    measure(entry.getKey(), entry.getValue(), pace.roundMillis(), round, results);
                }
            }
        } finally {
            for (Pair pair : pairs.values()) {
                pair.close();
            }
        }
    }

    private void warmUp(Pair pair, Pace pace) throws IOException {
        figures(pair, pace.warmUpMillis());
        figures(pair, pace.roundMillis());
    }

    private void measure(Peer peer, Pair pair, int millis, int round, Results results) throws IOException {
        double[] figures = figures(pair, millis);
        if (isRoundTrip) {
            for (int i = 0; i < PERCENTILES.size(); i++) {
                results.add(name, peer.title(), PERCENTILES.get(i), round, figures[i]);
            }
        } else {
            results.add(name, peer.title(), THROUGHPUT, round, figures[0]);
        }
    }

    private double[] figures(Pair pair, int millis) throws IOException {
        if (!isRoundTrip) {
            return new double[] {pair.throughput(millis)};
        }
        return perSecond == 0 ? pair.roundTrip(millis) : pair.roundTripAt(perSecond, millis);
    }
}

package dev.towpath.bench.peers;

import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares peers in rounds: each peer has a pair of JVMs, which are warmed up first and then take turns.
 *
 * @param name the row's name
 * @param title the heading
 * @param isQuick whether goals rest on it, so that it belongs to the quick mode and gets all rounds
 * @param setting how the JVMs are connected
 * @param exercise what they do
 * @param peers who takes part
 * @param remark what the table does not say
 */
record PeerRow(
        String name,
        String title,
        boolean isQuick,
        Pair.Setting setting,
        Exercise exercise,
        List<Peer> peers,
        String remark)
        implements Row {

    PeerRow(String name, String title, boolean isQuick, Pair.Setting setting, Exercise exercise, List<Peer> peers) {
        this(name, title, isQuick, setting, exercise, peers, "");
    }

    @Override
    public List<Metric> metrics() {
        return exercise.metrics();
    }

    @Override
    public String reference() {
        return Peer.TOWPATH.title();
    }

    @Override
    public boolean isOfPeers() {
        return true;
    }

    @Override
    public void run(Workplace workplace, Pace all, Results results) throws IOException {
        Pace pace = isQuick ? all : all.lesser();
        Map<Peer, Pair> pairs = new LinkedHashMap<>();
        try {
            for (Peer peer : peers) {
                if (!pace.isQuick() || peer.isQuick()) {
                    start(peer, pairs, workplace, pace, results);
                }
            }
            for (int round = 0; round < pace.rounds(); round++) {
                results.addLine(name, round, workplace.cacheLineNanos());
                takeTurns(pairs, pace, round, results);
            }
        } finally {
            for (Pair pair : pairs.values()) {
                pair.close();
            }
        }
    }

    /** A peer that cannot start, or fails, is noted and left out; the others go on. */
    private void start(Peer peer, Map<Peer, Pair> pairs, Workplace workplace, Pace pace, Results results)
            throws IOException {
        try {
            Servers.start(peer);
            Pair pair = Pair.start(peer, workplace, setting);
            pairs.put(peer, pair);
            exercise.action().run(pair, pace.warmUpMillis());
            exercise.action().run(pair, pace.roundMillis());
        } catch (RuntimeException e) {
            leaveOut(peer, pairs, results, e);
        }
    }

    private void leaveOut(Peer peer, Map<Peer, Pair> pairs, Results results, RuntimeException e) throws IOException {
        results.note(name, peer.title(), e.getMessage());
        Pair failed = pairs.remove(peer);
        if (failed != null) {
            failed.close();
        }
    }

    private void takeTurns(Map<Peer, Pair> pairs, Pace pace, int round, Results results) throws IOException {
        for (Peer peer : List.copyOf(pairs.keySet())) {
            try {
                double[] figures = exercise.action().run(pairs.get(peer), pace.roundMillis());
                Iterator<Metric> metric = metrics().iterator();
                for (double figure : figures) {
                    results.add(name, peer.title(), metric.next().name(), round, figure);
                }
            } catch (RuntimeException e) {
                leaveOut(peer, pairs, results, e);
            }
        }
    }
}

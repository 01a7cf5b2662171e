package dev.towpath.bench.peers;

import static dev.towpath.bench.peers.Peer.AERON;
import static dev.towpath.bench.peers.Peer.AERON_CONCURRENT;
import static dev.towpath.bench.peers.Peer.CHRONICLE;
import static dev.towpath.bench.peers.Peer.JEROMQ;
import static dev.towpath.bench.peers.Peer.RABBITMQ;
import static dev.towpath.bench.peers.Peer.RABBITMQ_CONFIRMED;
import static dev.towpath.bench.peers.Peer.REDIS;
import static dev.towpath.bench.peers.Peer.SOCKET;
import static dev.towpath.bench.peers.Peer.TOWPATH;

import java.util.List;
import java.util.stream.Stream;

/** Lists all rows. */
final class Rows {
    static final String ONE_BY_ONE_64 = "one-by-one-64";
    static final String BATCHED_64 = "batched-64";
    static final String BATCHED_1K = "batched-1k";
    static final String SPINNING = "round-trip-spinning";
    static final String SLEEPING = "round-trip-sleeping";
    static final String ASLEEP = "round-trip-asleep";
    static final String SERVERS = "servers";

    private static final int KIBI = 1 << 10;
    private static final int MEBI = 1 << 20;
    private static final int BATCH = 64;
    private static final int PAUSE_NANOS = 500_000;

    private static final List<Peer> LOCAL = List.of(TOWPATH, AERON, AERON_CONCURRENT, CHRONICLE, JEROMQ, SOCKET);
    private static final List<Peer> SPINNERS = List.of(TOWPATH, AERON, AERON_CONCURRENT, CHRONICLE, SOCKET);
    private static final List<Peer> SLEEPERS = List.of(TOWPATH, SOCKET, JEROMQ);
    private static final List<Peer> WITH_SERVERS = List.of(TOWPATH, REDIS, RABBITMQ, RABBITMQ_CONFIRMED);

    private Rows() {}

    /** All rows, those first on which goals rest. */
    static List<Row> all() {
        return Stream.of(
                        throughputOnWhichGoalsRest(),
                        roundTripsOnWhichGoalsRest(),
                        alone(),
                        withServers(),
                        moreThroughput(),
                        atFixedRates())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Row> throughputOnWhichGoalsRest() {
        return List.of(
                throughput(ONE_BY_ONE_64, "64 B, one by one", true, 64, 1),
                throughput(BATCHED_64, "64 B, 64 at once", true, 64, BATCH),
                throughput(BATCHED_1K, "1 KiB, 64 at once", true, KIBI, BATCH));
    }

    private static List<Row> roundTripsOnWhichGoalsRest() {
        return List.of(
                roundTrip(SPINNING, "Round trip, spinning", false, Exercise.roundTrip(), SPINNERS),
                roundTrip(SLEEPING, "Round trip of receivers that wait", true, Exercise.roundTrip(), SLEEPERS),
                new PeerRow(
                        ASLEEP,
                        "Round trip, both asleep when the message comes",
                        true,
                        Pair.Setting.roundTrip(true),
                        Exercise.roundTripAsleep(PAUSE_NANOS),
                        SLEEPERS,
                        "Before each question and before each answer there is a pause of half a millisecond, in which "
                                + "the other side falls asleep; the times contain neither pause."));
    }

    private static List<Row> alone() {
        return List.of(
                new ManyRow(),
                AloneRow.group(),
                AloneRow.stored(),
                AloneRow.memberships(),
                AloneRow.channels(),
                AloneRow.replies(),
                AloneRow.idle(),
                new RequestsRow(),
                AloneRow.allocation(),
                AloneRow.metadata(),
                new OpeningsRow());
    }

    private static List<Row> withServers() {
        return List.of(
                new PeerRow(
                        SERVERS,
                        "64 B one by one, with servers",
                        false,
                        Pair.Setting.throughput(64, 1),
                        Exercise.throughput(),
                        WITH_SERVERS),
                new PeerRow(
                        "servers-batched",
                        "64 B, 64 at once, with servers",
                        false,
                        Pair.Setting.throughput(64, BATCH),
                        Exercise.throughput(),
                        WITH_SERVERS),
                roundTrip(
                        "servers-round-trip",
                        "Round trip of receivers that wait, with servers",
                        true,
                        Exercise.roundTrip(),
                        WITH_SERVERS),
                new RedisLayerRow(),
                new RabbitLayerRow());
    }

    private static List<Row> moreThroughput() {
        return List.of(
                new PeerRow(
                        "map",
                        "A map of 200 B, encoded and decoded",
                        false,
                        Pair.Setting.maps(),
                        Exercise.throughput(),
                        List.of(TOWPATH, AERON, CHRONICLE, JEROMQ, SOCKET, REDIS, RABBITMQ),
                        "Each with the codec that is natural for it: Towpath its own (Smile), Chronicle Queue its "
                                + "Wire, RabbitMQ a table of headers, Aeron fixed fields as from a schema. JeroMQ "
                                + "and the socket have none and get Jackson’s Smile, Redis Jackson’s JSON."),
                throughput("one-by-one-1k", "1 KiB, one by one", false, KIBI, 1),
                throughput("one-by-one-64k", "64 KiB, one by one", false, 64 * KIBI, 1),
                throughput("batched-64k", "64 KiB, 16 at once", false, 64 * KIBI, 16),
                throughput("one-by-one-1m", "1 MiB, one by one", false, MEBI, 1),
                throughput("batched-1m", "1 MiB, 4 at once", false, MEBI, 4));
    }

    private static List<Row> atFixedRates() {
        return List.of(
                atRate(10_000, false, SPINNERS),
                atRate(100_000, false, SPINNERS),
                atRate(500_000, false, SPINNERS),
                atRate(2_000, true, SLEEPERS));
    }

    private static Row throughput(String name, String title, boolean isQuick, int bytes, int batch) {
        return new PeerRow(name, title, isQuick, Pair.Setting.throughput(bytes, batch), Exercise.throughput(), LOCAL);
    }

    private static Row roundTrip(String name, String title, boolean sleeping, Exercise exercise, List<Peer> peers) {
        boolean isQuick = name.equals(SPINNING) || name.equals(SLEEPING);
        return new PeerRow(name, title, isQuick, Pair.Setting.roundTrip(sleeping), exercise, peers);
    }

    private static Row atRate(int perSecond, boolean sleeping, List<Peer> peers) {
        return new PeerRow(
                "rate-" + perSecond + (sleeping ? "-waiting" : ""),
                String.format(
                        java.util.Locale.ROOT,
                        "Round trip, %,d questions a second, receivers that %s",
                        perSecond,
                        sleeping ? "wait" : "spin"),
                false,
                Pair.Setting.roundTrip(sleeping),
                Exercise.roundTripAt(perSecond),
                peers);
    }
}

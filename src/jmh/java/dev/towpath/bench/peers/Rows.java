package dev.towpath.bench.peers;

import static dev.towpath.bench.peers.Peer.AERON;
import static dev.towpath.bench.peers.Peer.AERON_CONCURRENT;
import static dev.towpath.bench.peers.Peer.CHRONICLE;
import static dev.towpath.bench.peers.Peer.JEROMQ;
import static dev.towpath.bench.peers.Peer.RABBITMQ;
import static dev.towpath.bench.peers.Peer.REDIS;
import static dev.towpath.bench.peers.Peer.SOCKET;
import static dev.towpath.bench.peers.Peer.TOWPATH;

import java.util.List;

/** Lists all rows. */
final class Rows {
    static final String ONE_BY_ONE_64 = "one-by-one-64";
    static final String BATCHED_64 = "batched-64";
    static final String ONE_BY_ONE_1K = "one-by-one-1k";
    static final String BATCHED_1K = "batched-1k";
    static final String SPINNING = "round-trip-spinning";
    static final String SLEEPING = "round-trip-sleeping";
    static final String SERVERS = "servers";

    private static final int KIBI = 1 << 10;
    private static final int BATCH = 64;
    private static final List<Peer> LOCAL = List.of(TOWPATH, AERON, AERON_CONCURRENT, CHRONICLE, JEROMQ, SOCKET);

    private Rows() {}

    static List<Row> all() {
        return List.of(
                throughput(ONE_BY_ONE_64, "64 B, one by one", true, 64, 1),
                throughput(BATCHED_64, "64 B, 64 at once", true, 64, BATCH),
                throughput(BATCHED_1K, "1 KiB, 64 at once", true, KIBI, BATCH),
                roundTrip(SPINNING, "Round trip, spinning", 0, false, List.of(TOWPATH, AERON, CHRONICLE, SOCKET)),
                roundTrip(SLEEPING, "Round trip, sleeping", 0, true, List.of(TOWPATH, SOCKET, JEROMQ)),
                throughput(ONE_BY_ONE_1K, "1 KiB, one by one", false, KIBI, 1),
                throughput("one-by-one-64k", "64 KiB, one by one", false, 64 * KIBI, 1),
                throughput("one-by-one-1m", "1 MiB, one by one", false, KIBI * KIBI, 1),
                new ManyRow(),
                solo(
                        "group",
                        "Group send of 200 B",
                        "ns a member",
                        List.of("time", "bytes"),
                        "members",
                        10,
                        100,
                        1_000,
                        10_000),
                solo(
                        "stored",
                        "Send and receive 64 B, messages stored",
                        "ns",
                        List.of("time"),
                        "messages",
                        0,
                        1_000,
                        100_000,
                        400_000),
                solo(
                        "memberships",
                        "Send and receive 64 B, memberships",
                        "ns",
                        List.of("time"),
                        "memberships",
                        0,
                        1_000,
                        100_000),
                solo(
                        "idle",
                        "Processor time while virtual threads wait",
                        "% of a core",
                        List.of("share"),
                        "threads",
                        1,
                        10_000),
                solo(
                        "channels",
                        "Send and receive 64 B, channels in turn",
                        "ns",
                        List.of("time"),
                        "channels",
                        1,
                        1_000,
                        10_000),
                solo("allocation", "Allocated for a message", "B", List.of("send", "sendAll"), "bytes", 64, 1_024),
                new RecoveryRow(),
                new PeerRow(
                        SERVERS,
                        "64 B one by one, with servers",
                        false,
                        false,
                        0,
                        Pair.Setting.throughput(64, 1),
                        List.of(TOWPATH, REDIS, RABBITMQ)),
                roundTrip(
                        "servers-round-trip",
                        "Round trip, sleeping, with servers",
                        0,
                        true,
                        List.of(TOWPATH, REDIS, RABBITMQ)),
                roundTrip(
                        "rate-100k",
                        "Round trip at 100,000 questions a second",
                        100_000,
                        false,
                        List.of(TOWPATH, AERON, CHRONICLE)),
                solo(
                        "replies",
                        "Reply channels made and dropped",
                        "ns a channel",
                        List.of("time"),
                        "channels",
                        100_000,
                        1_000_000));
    }

    private static Row throughput(String name, String title, boolean isQuick, int bytes, int batch) {
        return new PeerRow(name, title, isQuick, false, 0, Pair.Setting.throughput(bytes, batch), LOCAL);
    }

    private static Row roundTrip(String name, String title, int perSecond, boolean sleeping, List<Peer> peers) {
        boolean isQuick = name.equals(SPINNING) || name.equals(SLEEPING);
        return new PeerRow(name, title, isQuick, true, perSecond, Pair.Setting.roundTrip(sleeping), peers);
    }

    private static Row solo(
            String name, String title, String unit, List<String> metrics, String what, Integer... numbers) {
        return new SoloRow(name, title, unit, metrics, what, List.of(numbers));
    }
}

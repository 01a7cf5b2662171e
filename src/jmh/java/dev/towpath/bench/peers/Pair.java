package dev.towpath.bench.peers;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Is two JVMs on two cores that are connected through a peer. */
final class Pair implements AutoCloseable {
    private static final double UNDISTURBED = 0.93;
    private static final int ATTEMPTS = 3;

    private final Peer peer;
    private final Workplace workplace;
    private final Setting setting;
    private final ChildJvm left;
    private final ChildJvm right;
    private @Nullable ChildJvm driver;
    private @Nullable Path folder;

    /**
     * Says how two JVMs are connected and what they do.
     *
     * @param bytes the length of a message
     * @param batch how many messages are sent and taken at once
     * @param sleeping whether they wait asleep
     * @param links how many connections there are
     * @param threads how many threads each JVM has at work
     */
    record Setting(int bytes, int batch, boolean sleeping, int links, int threads) {
        static Setting throughput(int bytes, int batch) {
            return new Setting(bytes, batch, false, 1, 1);
        }

        static Setting roundTrip(boolean sleeping) {
            return new Setting(64, 1, sleeping, 1, 1);
        }
    }

    private Pair(Peer peer, Workplace workplace, Setting setting) throws IOException {
        this.peer = peer;
        this.workplace = workplace;
        this.setting = setting;
        left = ChildJvm.start(0, workplace.log());
        right = ChildJvm.start(1, workplace.log());
    }

    /** Starts the JVMs and connects them. */
    static Pair start(Peer peer, Workplace workplace, Setting setting) throws IOException {
        Pair pair = new Pair(peer, workplace, setting);
        try {
            pair.connect();
            return pair;
        } catch (RuntimeException | IOException e) {
            pair.close();
            throw e;
        }
    }

    private void connect() throws IOException {
        Path place = workplace.newFolder();
        folder = place;
        if (peer == Peer.AERON || peer == Peer.AERON_CONCURRENT) {
            driver = ChildJvm.start(ChildJvm.ANY_CORE, workplace.log());
            driver.ask("driver", place);
        }
        tellToOpen(left, place, "left");
        workplace.pause(300);
        tellToOpen(right, place, "right");
        left.answer();
        right.answer();
    }

    private void tellToOpen(ChildJvm jvm, Path place, String side) {
        jvm.tell("open", peer, place, side, setting.bytes(), setting.sleeping(), setting.links());
    }

    /** Connects anew if the peer keeps what was sent. */
    private void refresh() throws IOException {
        if (peer.isFreshEachRound()) {
            left.ask("close");
            right.ask("close");
            workplace.delete(folder);
            connect();
        }
    }

    /**
     * Lets the left JVM send and the right one receive; messages per second. Does it again when other programs have
     * used the cores, and gives the least disturbed result.
     */
    double throughput(int millis) throws IOException {
        double best = 0;
        double share = -1;
        for (int i = 0; i < ATTEMPTS && share < UNDISTURBED; i++) {
            double[] result = throughputOnce(millis);
            if (result[1] > share) {
                best = result[0];
                share = result[1];
            }
        }
        return best;
    }

    private double[] throughputOnce(int millis) throws IOException {
        refresh();
        right.tell("receive", setting.batch(), millis, setting.threads());
        left.tell("send", setting.batch(), millis + 120, setting.threads());
        double share = Double.parseDouble(left.answer());
        String[] received = right.answer().split(" ");
        return new double[] {Double.parseDouble(received[0]), Math.min(share, Double.parseDouble(received[1]))};
    }

    /** Lets the left JVM ask and the right one answer; p50, p99, p99.9 in nanoseconds, and how many. */
    double[] roundTrip(int millis) throws IOException {
        return roundTrip("ask", millis);
    }

    /** The same at a fixed rate, counted from when each should have been asked. */
    double[] roundTripAt(int perSecond, int millis) throws IOException {
        return roundTrip("askAt", millis, perSecond);
    }

    private double[] roundTrip(Object... words) throws IOException {
        refresh();
        right.tell("answer");
        String[] figures = left.ask(words).split(" ");
        right.answer();
        double[] numbers = new double[figures.length];
        for (int i = 0; i < figures.length; i++) {
            numbers[i] = Double.parseDouble(figures[i]);
        }
        return numbers;
    }

    @Override
    public void close() throws IOException {
        left.close();
        right.close();
        if (driver != null) {
            driver.close();
        }
        workplace.delete(folder);
    }
}

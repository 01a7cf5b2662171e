package dev.towpath.bench.peers;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Is two JVMs on two cores that are connected through a peer. */
final class Pair implements AutoCloseable {
    private static final double UNDISTURBED = 0.93;
    private static final int ATTEMPTS = 3;
    private static final int HEAD_START_MILLIS = 300;
    private static final int SETTLING_MILLIS = 120;

    private final Peer peer;
    private final Workplace workplace;
    private final Setting setting;
    private final Child left;
    private final Child right;
    private boolean isWarm;
    private @Nullable Child driver;
    private @Nullable Path folder;

    /**
     * Says how two JVMs are connected and what they send.
     *
     * @param bytes the length of a message
     * @param batch how many messages are sent and taken at once, or {@link #MAPS}
     * @param sleeping whether they wait asleep
     * @param links how many connections there are
     * @param threads how many threads each JVM has at work
     */
    record Setting(int bytes, String batch, boolean sleeping, int links, int threads) {
        /** Instead of bytes, maps are sent one by one. */
        static final String MAPS = "maps";

        static Setting throughput(int bytes, int batch) {
            return new Setting(bytes, Integer.toString(batch), false, 1, 1);
        }

        static Setting maps() {
            return new Setting(256, MAPS, false, 1, 1);
        }

        static Setting roundTrip(boolean sleeping) {
            return new Setting(64, "1", sleeping, 1, 1);
        }

        static Setting many(int links, int threads) {
            return new Setting(64, "1", false, links, threads);
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
        workplace.pause(HEAD_START_MILLIS);
        tellToOpen(right, place, "right");
        left.answer();
        right.answer();
    }

    private void tellToOpen(Child jvm, Path place, String side) {
        jvm.tell("open", peer, place, side, setting.bytes(), setting.batch(), setting.sleeping(), setting.links());
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
     * used the cores, but not the first time, which warms up, and gives the least disturbed result.
     */
    double throughput(int millis) throws IOException {
        double best = 0;
        double share = -1;
        int attempts = isWarm && !peer.hasServer() ? ATTEMPTS : 1;
        isWarm = true;
        for (int i = 0; i < attempts && share < UNDISTURBED; i++) {
            refresh();
            right.tell("receive", millis, setting.threads());
            left.tell("send", millis + SETTLING_MILLIS, setting.threads());
            double sent = Double.parseDouble(left.answer());
            double[] received = Child.numbers(right.answer());
            if (Math.min(sent, received[1]) > share) {
                best = received[0];
                share = Math.min(sent, received[1]);
            }
        }
        return best;
    }

    /** Lets the left JVM ask one question after the other; p50, p99, p99.9 in nanoseconds. */
    double[] roundTrip(int millis) throws IOException {
        return converse("answer", "ask", millis);
    }

    /** The same with a pause before each question and each answer, which does not count. */
    double[] roundTripAsleep(int pauseNanos, int millis) throws IOException {
        return converse("answerAfter " + pauseNanos, "askAfter " + pauseNanos, millis);
    }

    /** The same at a fixed rate, counted from when each question should have been asked. */
    double[] roundTripAt(int perSecond, int millis) throws IOException {
        return converse("answer", "askAt " + perSecond, millis);
    }

    private double[] converse(String answer, String ask, int millis) throws IOException {
        refresh();
        right.tell(answer);
        double[] figures = left.measure(ask, millis);
        right.answer();
        return figures;
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

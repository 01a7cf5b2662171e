package dev.towpath.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a channel behaves towards competing processes as if each of their calls happened in one moment. */
class CompetingProcessesTest {

    private static final int PEERS = 3;
    private static final int CAPACITY = 3;
    private static final int CALLS = 6;

    /** As many as a search through a round can do. */
    private static final int MOST_CALLS = 16;

    /** So many that whoever is killed is often in a call. */
    private static final int LONG = 10_000;

    private static final int MOST_ROUNDS = 20_000;
    private static final String PREFIX = "compete";
    private static final String CHANNEL = "one";
    private static final int WARM_UP = 20;
    private static final long LONGEST_RUN_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    @TempDir
    private Path directory;

    private int runs;
    private long rounds;
    private long calls;
    private long unfinished;

    @Test
    void allCallsOfAllRoundsHappenInSomeOrder(TestReporter reporter) {
        runUndisturbed(CAPACITY, CALLS, 2_000);
        reporter.publishEntry("rounds", report());
    }

    @Test
    void messagesOfLongRoundsKeepTheirOrder(TestReporter reporter) {
        runUndisturbed(50, LONG, 3);
        reporter.publishEntry("rounds", report());
    }

    @Test
    void aCallWhoseProcessIsKilledHappensOrDoesNot(TestReporter reporter) {
        runAndKill(CAPACITY, MOST_CALLS, WARM_UP);
        do {
            runAndKill(50, LONG, 1);
        } while (unfinished == 0);
        reporter.publishEntry("rounds", report());
    }

    /** Takes {@code -Dtowpath.soak.seconds}, 600 unless said otherwise. */
    @Test
    @Tag("stress")
    void allCallsOfVeryManyRoundsHappenInSomeOrder(TestReporter reporter) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Integer.getInteger("towpath.soak.seconds", 600));
        while (System.nanoTime() - end < 0) {
            runUndisturbed(1 + runs % 4, CALLS, MOST_ROUNDS);
            for (int i = 0; i < 20; i++) {
                runAndKill(CAPACITY, MOST_CALLS, WARM_UP);
                runAndKill(50, LONG, 1);
            }
            runUndisturbed(50, 20_000, 3);
        }
        reporter.publishEntry("rounds", report());
    }

    private void runUndisturbed(int capacity, int callsPerRound, int rounds) {
        try (Run run = new Run(capacity, callsPerRound, rounds)) {
            run.awaitEnd();
            run.judge();
        }
    }

    private void runAndKill(int capacity, int callsPerRound, int warmUp) {
        try (Run run = new Run(capacity, callsPerRound, MOST_ROUNDS)) {
            run.meeting.await(warmUp);
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LONGEST_RUN_NANOS));
            run.peers.remove(ThreadLocalRandom.current().nextInt(PEERS)).close();
            run.meeting.end();
            run.awaitEnd();
            run.judge();
        }
    }

    private String report() {
        return calls + " calls in " + rounds + " rounds of " + runs + " runs, " + unfinished + " of them unfinished";
    }

    /** Some processes on a channel of their own. */
    private final class Run implements AutoCloseable {
        private final int capacity;
        private final int callsPerRound;
        private final Path files = directory.resolve("run" + runs++);
        private final SharedMemoryLayer layer;
        private final List<PeerJvm> peers = new ArrayList<>();
        private final Meeting meeting = Meeting.open(Path.of(files + "meeting"), PEERS, PEERS);

        Run(int capacity, int callsPerRound, int rounds) {
            this.capacity = capacity;
            this.callsPerRound = callsPerRound;
            this.layer = Peer.open(directory, PREFIX, capacity);
            layer.clear();
            JvmKind kind = JvmKind.values()[runs % (JvmKind.ZGC.ordinal() + 1)];
            for (int i = 0; i < PEERS; i++) {
                peers.add(PeerJvm.start(
                        kind,
                        Peer.class,
                        "compete",
                        directory,
                        PREFIX,
                        capacity,
                        i,
                        PEERS,
                        log(i),
                        files + "meeting",
                        CHANNEL,
                        callsPerRound,
                        rounds));
            }
            peers.forEach(peer -> peer.expect("ready"));
        }

        private Path log(int number) {
            return Path.of(files + "log" + number);
        }

        void awaitEnd() {
            for (PeerJvm peer : peers) {
                peer.expect("done");
                peer.expectEnd();
            }
        }

        /** Receives what is left, as a last part of the last round, and judges all. */
        void judge() {
            List<Call> history = new ArrayList<>();
            for (int i = 0; i < PEERS; i++) {
                history.addAll(CallLog.read(Journal.open(log(i))));
            }
            int last = history.stream().mapToInt(Call::round).max().orElse(0);
            CallLog ownLog = new CallLog(Journal.open(log(PEERS)));
            while (ownLog.receive(last, layer.receiver(CHANNEL))) {
                Thread.onSpinWait();
            }
            history.addAll(CallLog.read(Journal.open(log(PEERS))));
            assertEquals(
                    List.of(),
                    callsPerRound <= MOST_CALLS
                            ? CallHistory.check(history, capacity)
                            : CallHistory.checkOrder(history));
            assertTrue(history.size() > PEERS * CALLS, "too little has happened");
            rounds += last + 1;
            calls += history.size();
            unfinished += history.stream().filter(call -> !call.hasReturned()).count();
        }

        @Override
        public void close() {
            peers.forEach(PeerJvm::close);
            layer.close();
        }
    }
}

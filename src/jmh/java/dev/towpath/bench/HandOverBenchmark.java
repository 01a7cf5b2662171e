package dev.towpath.bench;

import dev.towpath.Receiver;
import dev.towpath.Sender;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures 64-byte messages from thread to thread through one channel: one sender and one receiver, and four of each.
 * The counter {@code received} is the result; the other figures count attempts as well.
 */
@State(Scope.Group)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HandOverBenchmark {
    private final byte[] payload = new byte[64];
    private BenchLayer bench;
    private Sender sender;
    private Receiver receiver;

    /** Counts what was received, in the unit of the result. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Count {
        /** Messages received by this thread. */
        public long received;

        /** Begins a new iteration. */
        @Setup(Level.Iteration)
        public void reset() {
            received = 0;
        }
    }

    /** Opens the layer. */
    @Setup
    public void open() {
        bench = BenchLayer.open();
        sender = bench.layer().sender("channel");
        receiver = bench.layer().receiver("channel");
    }

    /** Closes the layer. */
    @TearDown
    public void close() {
        bench.close();
    }

    /** Sends, for one receiver. */
    @Benchmark
    @Group("oneToOne")
    @GroupThreads(1)
    public void send() {
        attemptToSend();
    }

    /** Receives from one sender. */
    @Benchmark
    @Group("oneToOne")
    @GroupThreads(1)
    public void receive(Count count) {
        attemptToReceive(count);
    }

    /** Sends with three others. */
    @Benchmark
    @Group("fourToFour")
    @GroupThreads(4)
    public void sendContended() {
        attemptToSend();
    }

    /** Receives with three others. */
    @Benchmark
    @Group("fourToFour")
    @GroupThreads(4)
    public void receiveContended(Count count) {
        attemptToReceive(count);
    }

    private void attemptToSend() {
        if (!sender.trySend(payload)) {
            Thread.yield();
        }
    }

    private void attemptToReceive(Count count) {
        if (receiver.tryReceive() != null) {
            count.received++;
        } else {
            Thread.yield();
        }
    }
}

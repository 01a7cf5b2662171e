package dev.towpath.bench;

import dev.towpath.Message;
import dev.towpath.Receiver;
import dev.towpath.Sender;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Measures sending and receiving 64 bytes in one thread while messages lie in other channels: no matter how many. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class StoredMessagesBenchmark {
    private static final int CHANNELS = 100;

    /** Messages in other channels. */
    @Param({"0", "1000", "100000"})
    public int stored;

    private final byte[] payload = new byte[64];
    private BenchLayer bench;
    private Sender sender;
    private Receiver receiver;

    /** Opens the layer and stores the messages. */
    @Setup
    public void open() {
        bench = BenchLayer.open(200L << 20, 100_000);
        for (int i = 0; i < stored; i++) {
            bench.layer().send("stored." + i % CHANNELS, payload);
        }
        sender = bench.layer().sender("channel");
        receiver = bench.layer().receiver("channel");
    }

    /** Closes the layer. */
    @TearDown
    public void close() {
        bench.close();
    }

    /** Measures sending an array and receiving it. */
    @Benchmark
    public Message sendAndReceive() {
        sender.send(payload);
        return receiver.tryReceive();
    }
}

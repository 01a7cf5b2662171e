package dev.towpath.bench;

import dev.towpath.ChannelLayer;
import dev.towpath.Message;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures the life of a reply channel: a fresh name, one message sent and received, and never used again. So the time
 * includes what it takes to delete those of before.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ReplyChannelBenchmark {
    private final byte[] payload = new byte[64];
    private BenchLayer bench;
    private ChannelLayer layer;

    /** Opens the layer. */
    @Setup
    public void open() {
        bench = BenchLayer.open();
        layer = bench.layer();
    }

    /** Closes the layer. */
    @TearDown
    public void close() {
        bench.close();
    }

    /** Measures a channel from its name to its answer. */
    @Benchmark
    public Message createSendReceive() {
        String reply = layer.newChannel("reply?");
        layer.send(reply, payload);
        return layer.tryReceive(reply);
    }

    /** Measures the name alone. */
    @Benchmark
    public String createName() {
        return layer.newChannel("reply?");
    }
}

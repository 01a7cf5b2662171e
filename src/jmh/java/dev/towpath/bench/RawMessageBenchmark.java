package dev.towpath.bench;

import dev.towpath.Message;
import dev.towpath.MessageHandler;
import dev.towpath.Receiver;
import dev.towpath.Sender;
import java.lang.foreign.MemorySegment;
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

/**
 * Measures one thread that sends bytes and receives them again; with {@code -prof gc} also that the way through a
 * segment and {@code drain} allocates nothing.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RawMessageBenchmark {
    /** Bytes in a message. */
    @Param({"64", "1024", "65536"})
    public int bytes;

    private BenchLayer bench;
    private Sender sender;
    private Receiver receiver;
    private byte[] payload;
    private MemorySegment segment;
    private long seen;
    private final MessageHandler look = (channel, content) -> seen += content.byteSize();

    /** Opens the layer. */
    @Setup
    public void open() {
        bench = BenchLayer.open();
        sender = bench.layer().sender("channel");
        receiver = bench.layer().receiver("channel");
        payload = new byte[bytes];
        segment = MemorySegment.ofArray(payload);
    }

    /** Closes the layer. */
    @TearDown
    public void close() {
        bench.close();
    }

    /** Measures sending an array and receiving a message with an array of its own. */
    @Benchmark
    public Message sendAndReceive() {
        sender.send(payload);
        return receiver.tryReceive();
    }

    /** Measures sending a segment and looking at it in a handler. */
    @Benchmark
    public long sendSegmentAndDrain() {
        sender.send(segment);
        receiver.drain(look, 1);
        return seen;
    }
}

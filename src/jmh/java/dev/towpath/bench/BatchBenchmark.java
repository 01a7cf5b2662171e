package dev.towpath.bench;

import dev.towpath.MessageHandler;
import dev.towpath.Receiver;
import dev.towpath.Sender;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Measures one thread that sends 64 messages at once and drains them; {@code -prof gc} shows 0 bytes per message. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class BatchBenchmark {
    private static final int MESSAGES = 64;

    /** Bytes in a message. */
    @Param({"64", "1024"})
    public int bytes;

    private BenchLayer bench;
    private Sender sender;
    private Receiver receiver;
    private List<byte[]> payloads;
    private long seen;
    private final MessageHandler look = (channel, content) -> seen += content.byteSize();

    /** Opens the layer. */
    @Setup
    public void open() {
        bench = BenchLayer.open();
        sender = bench.layer().sender("channel");
        receiver = bench.layer().receiver("channel");
        payloads = Collections.nCopies(MESSAGES, new byte[bytes]);
    }

    /** Closes the layer. */
    @TearDown
    public void close() {
        bench.close();
    }

    /** Measures a message of a batch that is sent and drained. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long sendAllAndDrain() {
        sender.sendAll(payloads);
        receiver.drain(look, MESSAGES);
        return seen;
    }
}

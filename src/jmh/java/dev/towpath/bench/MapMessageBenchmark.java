package dev.towpath.bench;

import dev.towpath.MessageCodec;
import dev.towpath.Receiver;
import dev.towpath.Sender;
import java.util.Map;
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

/** Measures a map of about 200 encoded bytes on its way through the layer, and through the codec alone. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MapMessageBenchmark {
    private final MessageCodec codec = MessageCodec.smile();
    private final Map<String, Object> message = SampleMessage.map();
    private BenchLayer bench;
    private Sender sender;
    private Receiver receiver;

    /** Opens the layer, and says how long the message is. */
    @Setup
    public void open() {
        bench = BenchLayer.open();
        sender = bench.layer().sender("channel");
        receiver = bench.layer().receiver("channel");
        System.out.println("# the map takes " + codec.encode(message).length + " bytes");
    }

    /** Closes the layer. */
    @TearDown
    public void close() {
        bench.close();
    }

    /** Measures sending the map, receiving it and decoding it. */
    @Benchmark
    public Map<String, Object> sendReceiveAndDecode() {
        sender.send(message);
        return receiver.tryReceive().map();
    }

    /** Measures encoding and decoding without any layer: what the one above is compared with. */
    @Benchmark
    public Map<String, Object> encodeAndDecode() {
        return codec.decode(codec.encode(message));
    }
}

package dev.towpath.bench;

import dev.towpath.Group;
import dev.towpath.GroupSend;
import dev.towpath.Receiver;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Measures sending 200 bytes to a group; the members receive the message between two measurements. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class GroupSendBenchmark {
    /** Members of the group. */
    @Param({"10", "100", "1000"})
    public int members;

    private final byte[] payload = new byte[200];
    private BenchLayer bench;
    private Group group;
    private List<Receiver> receivers;

    /** Opens the layer and fills the group. */
    @Setup
    public void open() {
        bench = BenchLayer.open();
        group = bench.layer().group("group");
        List<String> channels =
                IntStream.range(0, members).mapToObj(i -> "member." + i).toList();
        channels.forEach(group::add);
        receivers = channels.stream().map(bench.layer()::receiver).toList();
    }

    /** Lets every member receive. */
    @TearDown(Level.Invocation)
    public void receive() {
        receivers.forEach(Receiver::tryReceive);
    }

    /** Closes the layer. */
    @TearDown
    public void close() {
        bench.close();
    }

    /** Measures one message to all members. */
    @Benchmark
    public GroupSend send() {
        GroupSend sent = group.send(payload);
        if (sent.delivered() != members) {
            throw new IllegalStateException("not every member took it: " + sent);
        }
        return sent;
    }
}

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

/**
 * Measures how long it takes to wake a thread of the same layer that waits for a message, until its answer is seen by
 * the thread that sent the message and looks for the answer without a pause.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class WakeUpBenchmark {
    /** What kind of thread waits. */
    @Param({"platform", "virtual"})
    public String thread;

    private final byte[] payload = new byte[64];
    private BenchLayer bench;
    private Sender request;
    private Receiver answer;
    private Thread waiting;

    /** Opens the layer and starts the thread that waits. */
    @Setup
    public void open() {
        bench = BenchLayer.open();
        request = bench.layer().sender("request");
        answer = bench.layer().receiver("answer");
        Receiver requests = bench.layer().receiver("request");
        Sender answers = bench.layer().sender("answer");
        Thread.Builder builder = thread.equals("virtual") ? Thread.ofVirtual() : Thread.ofPlatform();
        waiting = builder.start(() -> answerUntilInterrupted(requests, answers));
    }

    private static void answerUntilInterrupted(Receiver requests, Sender answers) {
        try {
            while (true) {
                answers.send(requests.receive().bytes());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the thread and closes the layer. */
    @TearDown
    public void close() throws InterruptedException {
        waiting.interrupt();
        waiting.join();
        bench.close();
    }

    /** Measures a message, the wake-up and the answer. */
    @Benchmark
    public Message wakeUp() {
        request.send(payload);
        Message message = answer.tryReceive();
        while (message == null) {
            Thread.onSpinWait();
            message = answer.tryReceive();
        }
        return message;
    }
}

package dev.towpath.bench;

import dev.towpath.shm.memory.SegmentWords;
import dev.towpath.shm.memory.Words;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures what it costs that every access goes through {@link Words}, behind which tests put what they like: nothing,
 * if {@code ThroughWords} takes no longer than {@code ThroughClass}, which has no room for anything else. What a
 * segment and its checks cost is the difference to {@code Directly}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class WordsBenchmark {
    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();
    private static final int WORDS = 64;
    private static final MemorySegment SEGMENT = map();

    private final SegmentWords region = SegmentWords.ofRegion(SEGMENT);
    private final Words words = region;

    private static MemorySegment map() {
        try {
            Path file = Files.createTempFile(Path.of("/dev/shm"), "words", ".bench");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                return channel.map(FileChannel.MapMode.READ_WRITE, 0, WORDS * Long.BYTES, Arena.global());
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads 64 words of the segment. */
    @Benchmark
    public long readDirectly() {
        long sum = 0;
        for (int i = 0; i < WORDS; i++) {
            sum += (long) WORD.getVolatile(SEGMENT, (long) i * Long.BYTES);
        }
        return sum;
    }

    /** Reads the same words through the only class that there is outside of tests. */
    @Benchmark
    public long readThroughClass() {
        long sum = 0;
        for (int i = 0; i < WORDS; i++) {
            sum += region.getVolatile((long) i * Long.BYTES);
        }
        return sum;
    }

    /** Reads the same words through the door. */
    @Benchmark
    public long readThroughWords() {
        long sum = 0;
        for (int i = 0; i < WORDS; i++) {
            sum += words.getVolatile((long) i * Long.BYTES);
        }
        return sum;
    }

    /** Replaces a word of the segment. */
    @Benchmark
    public boolean replaceDirectly() {
        long old = (long) WORD.getVolatile(SEGMENT, 0L);
        return WORD.compareAndSet(SEGMENT, 0L, old, old + 1);
    }

    /** Replaces the same word through the class. */
    @Benchmark
    public boolean replaceThroughClass() {
        long old = region.getVolatile(0);
        return region.compareAndSet(0, old, old + 1);
    }

    /** Replaces the same word through the door. */
    @Benchmark
    public boolean replaceThroughWords() {
        long old = words.getVolatile(0);
        return words.compareAndSet(0, old, old + 1);
    }
}

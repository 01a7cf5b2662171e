package dev.towpath.shm.structure;

import dev.towpath.shm.memory.HeapWords;
import dev.towpath.shm.memory.Words;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/** Lets Lincheck look for an order of sends and receives that a bounded list does not explain. */
public class ChannelQueueLincheckTest {

    private static final int CAPACITY = 2;
    private static final int CHANNELS = 1;

    private final Blocks blocks;
    private final ChannelQueue queue;
    private final BlockArena arena;
    private final Channel channel;

    /** A queue of its own, shared by the threads of one participant, for each run. */
    public ChannelQueueLincheckTest() {
        long indexAt = CHANNELS * ChannelLayout.BYTES;
        long blocksAt = indexAt + StructureLayouts.indexBytes(CHANNELS);
        long payloadAt = blocksAt + Blocks.wordsBytes(1);
        Words words = new HeapWords(payloadAt + (long) Blocks.SLAB_GRANULES * Blocks.GRANULE_BYTES);
        this.blocks = new Blocks(words, blocksAt, payloadAt, 1);
        this.arena = new BlockArena(blocks, 1);
        RecordTable records = new RecordTable(words, 0, ChannelLayout.BYTES, CHANNELS, 1);
        this.queue = new ChannelQueue(blocks, arena, records, 1);
        ChannelTable channels = new ChannelTable(records, indexAt, blocks, arena, queue, 7);
        this.channel = channels.open(channels.create(Name.of("channel".getBytes(StandardCharsets.US_ASCII))));
    }

    /** Sends, if there is room. */
    @Operation
    public boolean send(@Param(gen = IntGen.class, conf = "1:9") int message) {
        long block = arena.allocate(0);
        blocks.words().set(blocks.payload(Reference.index(block)), message);
        blocks.words().set(blocks.life(Reference.index(block)), Life.of(Life.MAX_DEADLINE_MILLIS, Life.INLINE, 8));
        Run run = new Run(1);
        run.add(block);
        boolean sent = queue.link(channel, run, CAPACITY) == 1;
        if (!sent) {
            arena.free(block);
        }
        return sent;
    }

    /** Receives; null if there is nothing. */
    @Operation
    public Integer receive() {
        Copy copy = new Copy();
        int taken = queue.take(channel, new Run(1), copy, 1, () -> 0, Long.MAX_VALUE);
        return taken == 0 ? null : copy.message;
    }

    private final class Copy implements Taker {
        private int message;

        @Override
        public void begin() {}

        @Override
        public boolean copy(int i, int block, long life, boolean expired) {
            message = (int) blocks.words().get(blocks.payload(block));
            return true;
        }
    }

    /** What the queue means. */
    public static class Sequential {
        private final ArrayDeque<Integer> messages = new ArrayDeque<>();

        /** Sends, if there is room. */
        public boolean send(int message) {
            return messages.size() < CAPACITY && messages.add(message);
        }

        /** Receives; null if there is nothing. */
        public Integer receive() {
            return messages.poll();
        }
    }

    @Test
    void everyInterleavingIsExplainedByABoundedList() {
        new ModelCheckingOptions()
                .iterations(4)
                .invocationsPerIteration(150)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .sequentialSpecification(Sequential.class)
                .check(ChannelQueueLincheckTest.class);
    }

    @Test
    void parallelRunsAreExplainedByABoundedList() {
        new StressOptions()
                .iterations(8)
                .invocationsPerIteration(1000)
                .threads(3)
                .actorsPerThread(2)
                .sequentialSpecification(Sequential.class)
                .check(ChannelQueueLincheckTest.class);
    }
}

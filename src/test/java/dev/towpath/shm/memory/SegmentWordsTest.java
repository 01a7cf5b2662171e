package dev.towpath.shm.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Tests that words read together are those that are read one by one. */
class SegmentWordsTest {

    private static final int WORDS = 300;

    @Test
    void wordsOfMappedMemoryAreReadTogetherAsOneByOne() {
        try (Arena arena = Arena.ofConfined()) {
            requireSame(arena.allocate((long) WORDS * Long.BYTES, Long.BYTES));
        }
    }

    @Test
    void wordsOfAnArrayAreReadTogetherAsOneByOne() {
        requireSame(MemorySegment.ofArray(new long[WORDS]));
    }

    private static void requireSame(MemorySegment segment) {
        Words words = new SegmentWords(segment);
        Random random = new Random(7);
        for (int i = 0; i < WORDS; i++) {
            words.set((long) i * Long.BYTES, random.nextLong());
        }
        for (int first : new int[] {0, 1, 17}) {
            for (int count : new int[] {0, 1, 5, 256, WORDS - first}) {
                long[] together = new long[count];
                words.getAll((long) first * Long.BYTES, together);
                long[] oneByOne = LongStream.range(first, first + (long) count)
                        .map(i -> words.getVolatile(i * Long.BYTES))
                        .toArray();
                assertArrayEquals(oneByOne, together, () -> count + " words from the one numbered " + first);
            }
        }
    }
}

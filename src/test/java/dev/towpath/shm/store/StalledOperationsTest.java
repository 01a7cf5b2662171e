package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Every operation stops at every point while others go on for long: see {@link StallTrial}. */
class StalledOperationsTest {

    private static final int OPERATIONS = 100;
    private static final int MANY_OPERATIONS = 5_000;
    private static final int STRIDE = 13;
    private static final int WIDE_STRIDE = 50;
    private static final int ROUNDS = 8;

    @Test
    void whoStopsAnywhereHarmsNobodyWhenItGoesOn(TestReporter reporter) {
        stopEverywhere(OPERATIONS, STRIDE, reporter);
    }

    @Tag("stress")
    @Test
    void theSameForLong(TestReporter reporter) {
        stopEverywhere(MANY_OPERATIONS, 1, reporter);
    }

    private static void stopEverywhere(int operations, int stride, TestReporter reporter) {
        int sum = 0;
        for (Stall stall : Stall.all()) {
            Ground ground = Ground.onHeap(Ground.Size.TINY);
            int stops = new StallTrial(ground, stall, 1).stopAtEachAccess(operations, stride);
            reporter.publishEntry(stall.name(), stops + " stops");
            sum += stops;
        }
        reporter.publishEntry("all operations", sum + " stops, for " + operations + " operations of others each");
    }

    @Test
    void tagsNeedMoreThanFourBits(TestReporter reporter) {
        assertTooFew(".*", reporter);
    }

    @Tag("stress")
    @Test
    void generationsOfBlocksNeedMoreThanFourBits(TestReporter reporter) {
        assertTooFew("block\\.(control|next).*", reporter);
    }

    @Tag("stress")
    @Test
    void generationsOfChannelsNeedMoreThanFourBits(TestReporter reporter) {
        assertTooFew("channel\\.control|bucket\\.slot", reporter);
    }

    /** Shows that the trial would notice if a tag were narrower, and so came round while somebody is stopped. */
    private static void assertTooFew(String words, TestReporter reporter) {
        Predicate<String> which = Pattern.compile(words).asMatchPredicate();
        int stops = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (Stall stall : Stall.all()) {
                Ground narrow = Ground.onHeap(Ground.Size.TINY).withTagsOf(4, which);
                try {
                    stops += new StallTrial(narrow, stall, round).stopAtEachAccess(OPERATIONS, WIDE_STRIDE);
                } catch (AssertionError | RuntimeException found) {
                    reporter.publishEntry("found after", stops + " stops: " + found.getMessage());
                    return;
                }
            }
        }
        assertTrue(false, "not found at " + stops + " stops");
    }
}

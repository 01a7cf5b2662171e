package dev.towpath.shm.structure;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.shm.memory.Scenarios;
import net.jqwik.api.Example;

/** Shows that {@link IndexProperties} would notice if a step of the algorithm were missing. */
class IndexMutantsTest {

    private static final int TRIES = 50_000;

    /** Makes a record LIVE without looking through the slots after its publication. */
    private static Index withoutScan(RecordTable records, long base, long buckets) {
        return new Index(records, base, buckets) {
            @Override
            void decide(Key key, long hash, long candidate, int candidatePosition) {
                records.move(candidate, RecordTable.INIT, RecordTable.LIVE);
            }
        };
    }

    /** Empties the slot of a rival that may have become LIVE. */
    private static Index withBlindAbort(RecordTable records, long base, long buckets) {
        return new Index(records, base, buckets) {
            @Override
            boolean end(long record) {
                super.end(record);
                return true;
            }
        };
    }

    @Example
    void aCreatorThatDoesNotLookForRivalsIsFound() {
        assertFound(IndexMutantsTest::withoutScan);
    }

    @Example
    void aRivalThatLosesItsSlotThoughItIsLiveIsFound() {
        assertFound(IndexMutantsTest::withBlindAbort);
    }

    private static void assertFound(IndexTrial.IndexMaker mutant) {
        int tries = Scenarios.triesUntil(
                IndexProperties.scenarios(),
                TRIES,
                scenario -> IndexTrial.run(scenario, mutant),
                failure -> !failure.isEmpty());
        assertTrue(tries > 0, () -> "not found in " + TRIES + " scenarios");
    }
}

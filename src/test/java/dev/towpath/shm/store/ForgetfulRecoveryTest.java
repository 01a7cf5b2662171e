package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.towpath.shm.store.ForgetfulWords.Gap;
import dev.towpath.shm.structure.BlockArena;
import dev.towpath.shm.structure.RecordTable;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/** Shows that {@link EveryDeathTest} would notice if the sweep left out anything that it does. */
class ForgetfulRecoveryTest {

    /** Whoever cuts slabs makes many writes. */
    private static final String SLAB = "slab.control";

    private static final List<Gap> GAPS = List.of(
            new Gap(SLAB, ForgetfulWords.ANY_STATE),
            new Gap("block.control.control", BlockArena.ALLOCATED),
            new Gap("block.control.control", BlockArena.LINKING),
            new Gap("block.control.control", BlockArena.QUEUED),
            new Gap("block.control.control", BlockArena.PART),
            new Gap("channel.control", RecordTable.INIT),
            new Gap("channel.control", RecordTable.LIVE),
            new Gap("channel.control", RecordTable.DEAD),
            new Gap("channel.receivers", ForgetfulWords.ANY_STATE),
            new Gap("channel.senders", ForgetfulWords.ANY_STATE),
            new Gap("fanout.control", RecordTable.INIT),
            new Gap("fanout.control", RecordTable.LIVE),
            new Gap("fanout.needed", ForgetfulWords.ANY_STATE),
            new Gap("membership.control", RecordTable.INIT),
            new Gap("membership.control", RecordTable.DEAD),
            new Gap("participant.bell", ForgetfulWords.ANY_STATE));

    @Test
    void aSweepThatLeavesAnythingOutIsFound() {
        for (Gap gap : GAPS) {
            assertThrows(AssertionFailedError.class, () -> dieEverywhere(gap), () -> "forgotten: " + gap);
        }
    }

    private static void dieEverywhere(Gap gap) {
        Ground ground = Ground.onHeap(Ground.Size.SMALL);
        Ground.Image untouched = ground.save();
        ground.letRescuersForget(gap);
        for (Deed deed : Deeds.all()) {
            if (!deed.broad() || gap.word().equals(SLAB)) {
                ground.restore(untouched);
                new CrashTrial(ground, deed).dieAtEachWrite();
            }
        }
    }
}

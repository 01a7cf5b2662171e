package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.shm.store.ForgetfulWords.Gap;
import dev.towpath.shm.structure.BlockArena;
import dev.towpath.shm.structure.RecordTable;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
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

    @Test
    void aSweepThatBeginsGenerationsAnewIsFound() {
        AssertionFailedError found = assertThrows(
                AssertionFailedError.class,
                () -> dieEverywhere(Ground::letRescuersBeginGenerationsAnew, deed -> !deed.broad()));
        assertTrue(found.getMessage().contains("has generation"), found::getMessage);
    }

    private static void dieEverywhere(Gap gap) {
        dieEverywhere(
                ground -> ground.letRescuersForget(gap),
                deed -> !deed.broad() || gap.word().equals(SLAB));
    }

    private static void dieEverywhere(Consumer<Ground> bug, Predicate<Deed> which) {
        Ground ground = Ground.onHeap(Ground.Size.SMALL);
        Ground.Image untouched = ground.save();
        bug.accept(ground);
        for (Deed deed : Deeds.all()) {
            if (which.test(deed)) {
                ground.restore(untouched);
                new CrashTrial(ground, deed).dieAtEachWrite();
            }
        }
    }
}

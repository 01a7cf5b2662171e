package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.Background;
import dev.towpath.shm.SharedMemoryLayer;
import dev.towpath.shm.structure.BlockArena;
import dev.towpath.shm.structure.Control;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that what a living sender hides from a sweep is decided once, when he has gone on, and by whom. */
class HalfMadeTest {

    private static final String PREFIX = "half";
    private static final int DEAD = 1;

    /** The owner number of who opens a region first. */
    private static final int FIRST = 1;

    private static final int SENDER = 2;
    private static final int SWEEPER = 3;

    private final TestRegion region = new TestRegion(new TestRegion.Sizes(1, 16, 1, 1, 1));
    private final Structures view = region.view(SWEEPER);
    private final HalfMade halfMade = new HalfMade(view);
    private final Recovery recovery = new Recovery(view, TestRegion.participants(view), halfMade);

    /** Otherwise there is always something to look at in a busy region. */
    @Test
    void whatIsHalfMadeOnlyAfterTheDeathIsNotRemembered() {
        set(0, SENDER, BlockArena.LINKING);
        recovery.sweep(DEAD);
        assertEquals(1, halfMade.size());
        assertFalse(recovery.settle());
        set(0, Control.NOBODY, BlockArena.QUEUED);
        set(1, SENDER, BlockArena.LINKING);
        assertTrue(recovery.settle());
        assertEquals(0, halfMade.size());
        assertEquals(BlockArena.FREE, stateOf(0));
        assertEquals(BlockArena.LINKING, stateOf(1));
    }

    private void set(int block, int owner, int state) {
        view.words().set(view.blocks().control(block), Control.of(0, owner, 0, state));
    }

    private int stateOf(int block) {
        return Control.state(view.words().getVolatile(view.blocks().control(block)));
    }

    /** One layer leaves while a sender is linking a block; another one sweeps for it, and later looks again. */
    @Test
    void whoLeavesLeavesToOthersWhatIsHiddenFromHim(@TempDir Path directory) {
        try (SharedMemoryLayer staying = open(directory);
                MappedRegion mapped = MappedRegion.open(directory, PREFIX)) {
            int block = (int) mapped.section("block.control").count() - 1;
            try (SharedMemoryLayer leaving = open(directory)) {
                assertEquals(2, leaving.statistics().participants());
                setControl(mapped, block, FIRST, BlockArena.LINKING);
            }
            Background.await(() -> staying.statistics().participants() == 1);
            setControl(mapped, block, Control.NOBODY, BlockArena.QUEUED);
            Background.await(() -> Control.state(mapped.get("block.control", block, "control")) == BlockArena.FREE);
        }
    }

    private static void setControl(MappedRegion mapped, int block, int owner, int state) {
        mapped.set("block.control", block, "control", Control.of(0, owner, 0, state));
    }

    private static SharedMemoryLayer open(Path directory) {
        return SharedMemoryLayer.builder(PREFIX)
                .directory(directory)
                .messageMemory(400 << 10)
                .groupMemory(8 << 10)
                .open();
    }
}

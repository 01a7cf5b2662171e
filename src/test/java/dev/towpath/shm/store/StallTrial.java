package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.shm.memory.CorruptedRegion;
import dev.towpath.shm.memory.Stop;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Stops an operation before each of its accesses to shared memory, while another participant does as much as it likes
 * in a region so small that it uses all the same blocks, records and slots again; then lets the operation go on.
 *
 * <p>The other one must never wait, nothing may be received twice, in the wrong order, torn, or never, and in the end
 * all invariants must hold and nothing may be left.
 */
final class StallTrial {

    private static final int STALLED = 0;
    private static final int OTHER = 1;

    private static final int DENSE = 150;

    /** Far more than an operation that runs alone ever makes. */
    private static final long ACCESSES_OF_OPERATION = 100_000;

    private final Ground ground;
    private final Ground.Image untouched;
    private final Stall stall;
    private final Random random;

    StallTrial(Ground ground, Stall stall, long seed) {
        this.ground = ground;
        this.untouched = ground.save();
        this.stall = stall;
        this.random = new Random(seed);
    }

    /**
     * Stops before each access, for so many operations of the other one.
     *
     * @param stride after the first {@value #DENSE} accesses, at every so manieth one
     * @return how often
     */
    int stopAtEachAccess(int operations, int stride) {
        return stopAtEachAccess(other -> new Storm(other, random).rage(operations), operations, stride);
    }

    /**
     * Stops before each access, while the other one does something.
     *
     * @param operations how many operations that are at most
     */
    int stopAtEachAccess(Consumer<Client> meanwhile, int operations, int stride) {
        int stops = 0;
        int access = 0;
        while (stopsBefore(access, meanwhile, operations)) {
            stops++;
            access += access < DENSE ? 1 : stride;
        }
        return stops;
    }

    private boolean stopsBefore(int access, Consumer<Client> meanwhile, int operations) {
        ground.restore(untouched);
        ground.pass(0);
        ground.occupyAllBut(stall.cuts() ? 1 : 0);
        List.of(STALLED, OTHER).forEach(slot -> ground.tenant(slot).join());
        Tally tally = new Tally(stall.drops());
        long[] patience = {ACCESSES_OF_OPERATION * (operations + 100)};
        Client other = new Client(
                ground.tenant(OTHER, false, (kind, offset) -> assertTrue(patience[0]-- > 0, "the other one waits")),
                tally,
                false);
        stall.setting().accept(ground, other);
        Stop stop = new Stop(access, () -> meanwhile.accept(other));
        String when = stall + ", stopped before access " + access;
        try {
            stall.act().accept(new Client(ground.tenant(STALLED, false, stop), tally, true));
        } catch (CorruptedRegion e) {
            throw new AssertionError(when + ": " + e.getMessage(), e);
        }
        judge(when, other);
        return stop.wasReached();
    }

    private void judge(String when, Client other) {
        ground.vacate();
        Inspector inspector = new Inspector(ground);
        assertEquals(List.of(), inspector.violations(), when);
        Storm.CHANNELS.forEach(other::receiveAll);
        other.list();
        assertEquals(List.of(), other.tally().complaints(), when);
        inspector.deleteEverything();
        assertEquals("", inspector.remains(), when);
    }
}

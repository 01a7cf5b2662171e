package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.shm.memory.Fuse;
import java.util.List;
import java.util.Random;

/**
 * Lets an operation die at each of its writes, and whoever recovers it at each of his, and judges what is left.
 *
 * <p>After the recovery all invariants must hold; what can be received, and who is in which group, must be what the
 * model allows for an operation that has not returned; who waits must have been rung; and when everything is received
 * and deleted, no byte and no record may be in use.
 */
final class CrashTrial {

    /** Who performs the deed. */
    static final int VICTIM = 0;

    /** Who may have died before it. */
    static final int CORPSE = 4;

    /** Who recovers the dead. */
    static final int RESCUER = 1;

    private static final int SECOND_RESCUER = 2;

    /** Who outlives every death but one of the recovery. */
    static final List<Integer> SURVIVORS = List.of(RESCUER, SECOND_RESCUER, Inspector.SLOT);

    private final Ground ground;
    private final Deed deed;
    private final Inspector inspector;
    private final Ground.Image image;
    private final Contents before;
    private final long acceptedBefore;
    private GenerationChecker generations;

    /** How many different deaths were died. */
    record Figures(int points, int pairs) {
        Figures plus(Figures other) {
            return new Figures(points + other.points, pairs + other.pairs);
        }

        @Override
        public String toString() {
            return points + " deaths" + (pairs == 0 ? "" : ", " + pairs + " pairs of deaths");
        }
    }

    CrashTrial(Ground ground, Deed deed) {
        this.ground = ground;
        this.deed = deed;
        this.inspector = new Inspector(ground);
        List.of(VICTIM, RESCUER, SECOND_RESCUER)
                .forEach(slot -> ground.tenant(slot).join());
        ground.pass(0);
        deed.setting().run(ground, inspector.tenant());
        this.image = ground.save();
        this.generations = inspector.generations();
        this.acceptedBefore = inspector.accepted();
        this.before = inspector.takeEverything();
    }

    /** Dies before each write. */
    Figures dieAtEachWrite() {
        int write = 0;
        while (diesBefore(write)) {
            rescue(RESCUER, Fuse.endless(), VICTIM, CORPSE);
            judge(deed + ", dead before write " + write, false);
            write++;
        }
        rescue(RESCUER, Fuse.endless(), CORPSE);
        judge(deed + ", alive", true);
        return new Figures(write, 0);
    }

    /** Dies before each write, or in broad deeds before each n-th, and then before each write of the recovery. */
    Figures dieInRecoveryToo(int broadStride) {
        int stride = deed.broad() ? broadStride : 1;
        int points = 0;
        int pairs = 0;
        for (int write = 0; diesBefore(write); write += stride) {
            points++;
            pairs += dieInRecovery(write);
        }
        return new Figures(points, pairs);
    }

    /** Dies before one of the writes in another JVM, which one follows from the luck, and says before which. */
    int dieInAnotherJvm(ForkedDeath way, Random luck) {
        putBack(image);
        Fuse counting = ground.fuse(Integer.MAX_VALUE);
        deed.act().run(ground, ground.tenant(VICTIM, deed.evicting(), counting));
        int write = luck.nextInt(counting.writes());
        putBack(image);
        way.die(deed, write);
        way.recover(inspector.tenant());
        judge(deed + ", dead in another JVM before write " + write, false);
        return write;
    }

    private void putBack(Ground.Image earlier) {
        ground.restore(earlier);
        generations = inspector.generations();
    }

    private boolean diesBefore(int write) {
        putBack(image);
        Fuse fuse = ground.fuse(write);
        Tenant victim = ground.tenant(VICTIM, deed.evicting(), fuse);
        return !fuse.survives(() -> deed.act().run(ground, victim));
    }

    private int dieInRecovery(int firstDeath) {
        assertGenerationsHaveGrown(deed + ", dead before write " + firstDeath);
        Ground.Image left = ground.save();
        int write = 0;
        while (!recovers(ground.fuse(write))) {
            if (write % 2 == 0) { // in either order
                rescue(SECOND_RESCUER, Fuse.endless(), VICTIM, CORPSE, RESCUER);
            } else {
                rescue(SECOND_RESCUER, Fuse.endless(), RESCUER, CORPSE, VICTIM);
            }
            judge(deed + ", dead before write " + firstDeath + ", its rescuer before write " + write, false);
            putBack(left);
            write++;
        }
        return write;
    }

    private boolean recovers(Fuse fuse) {
        return fuse.survives(() -> rescue(RESCUER, fuse, VICTIM, CORPSE));
    }

    private void rescue(int rescuer, Fuse fuse, int... dead) {
        for (int slot : dead) {
            if (inspector.tenant().isJoined(slot)) {
                ground.recover(rescuer, slot, fuse);
            }
        }
    }

    private void judge(String when, boolean complete) {
        assertGenerationsHaveGrown(when);
        assertEquals(List.of(), inspector.violations(), when);
        assertTrue(inspector.nobodyWaits(VICTIM, CORPSE, RESCUER, SECOND_RESCUER), () -> when + ": the dead wait");
        long accepted = inspector.accepted();
        boolean rung = inspector.tenant().isRung();
        Contents found = inspector.takeEverything();
        if (complete) {
            assertEquals(deed.effect().complete(before), found, when);
        }
        assertTrue(deed.effect().mayLeave(before, found), () -> when + ": " + found + " after " + before);
        assertEquals(acceptedBefore + found.sentSince(before), accepted, () -> when + ": messages accepted");
        boolean moved = !found.of(Deeds.WAITED_AT).equals(before.of(Deeds.WAITED_AT));
        assertTrue(rung || !moved, () -> when + ": who waits was not rung");
        inspector.deleteEverything();
        assertGenerationsHaveGrown(when);
        assertEquals("", inspector.remains(), when);
    }

    /** I5. */
    private void assertGenerationsHaveGrown(String when) {
        assertEquals(List.of(), generations.look(), when);
    }
}

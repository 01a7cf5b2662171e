package dev.towpath.shm.store;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Recovers the dead of a scenario as the participants do: each dead one is swept up after by the one who holds his
 * lock, which is free again when that one dies, until a sweep was completed; and who has swept settles later what the
 * living were hiding.
 */
final class Sweeper {

    private static final int NOBODY = 0;

    private final Structures direct;
    private final boolean[] swept;
    private final int[] lockOwners;
    private final Map<Integer, HalfMade> halfMade = new HashMap<>();

    /** Makes one for a number of threads; {@code direct} is what nobody steps through. */
    Sweeper(int threads, Structures direct) {
        this.direct = direct;
        this.swept = new boolean[threads];
        this.lockOwners = new int[threads];
    }

    /** The owner number of a thread. */
    static int ownerOf(int thread) {
        return thread + 1;
    }

    /** Settles, and sweeps for everybody who is dead, not swept up after yet, and not being swept up after. */
    void sweep(Structures view, IntPredicate isDead) {
        Recovery recovery = recovery(view, halfMade.computeIfAbsent(view.owner(), owner -> new HalfMade(direct)));
        recovery.settle();
        for (int thread = 0; thread < swept.length; thread++) {
            if (isDead.test(thread) && !swept[thread] && isFree(lockOwners[thread], isDead)) {
                lockOwners[thread] = view.owner();
                recovery.sweep(ownerOf(thread));
                swept[thread] = true;
                lockOwners[thread] = NOBODY;
            }
        }
    }

    private static boolean isFree(int lockOwner, IntPredicate isDead) {
        return lockOwner == NOBODY || isDead.test(lockOwner - 1);
    }

    /** Does what is left to do after all threads have ended or died: sweeps, and settles for those who live. */
    void finish(IntPredicate isDead) {
        sweep(direct, isDead);
        halfMade.forEach((owner, left) -> {
            if (owner == direct.owner() || !isDead.test(owner - 1)) {
                recovery(direct, left).settle();
            }
        });
    }

    private static Recovery recovery(Structures view, HalfMade halfMade) {
        return new Recovery(view, TestRegion.participants(view), halfMade);
    }
}

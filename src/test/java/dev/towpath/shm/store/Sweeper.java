package dev.towpath.shm.store;

import java.util.function.IntPredicate;

/** Recovers the dead of a scenario, each until a sweep for him was completed, as the register of participants does. */
final class Sweeper {

    private final boolean[] swept;

    Sweeper(int threads) {
        this.swept = new boolean[threads];
    }

    /** The owner number of a thread. */
    static int ownerOf(int thread) {
        return thread + 1;
    }

    /** Sweeps for everybody who is dead and not swept up after yet. */
    void sweep(Structures view, IntPredicate isDead) {
        for (int thread = 0; thread < swept.length; thread++) {
            if (isDead.test(thread) && !swept[thread]) {
                new Recovery(view, new Payloads(view), TestRegion.participants(view)).sweep(ownerOf(thread));
                swept[thread] = true;
            }
        }
    }
}

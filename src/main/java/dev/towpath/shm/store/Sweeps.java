package dev.towpath.shm.store;

/**
 * Recovers the dead in the name of one participant, and tells everybody when there is memory again.
 *
 * <p>For one thread at a time.
 */
final class Sweeps {

    private final HalfMade halfMade;
    private final Recovery recovery;
    private final Bells bells;

    Sweeps(Structures structures, Participants participants, Bells bells) {
        this.halfMade = new HalfMade(structures);
        this.recovery = new Recovery(structures, participants, halfMade);
        this.bells = bells;
    }

    /**
     * Rings everybody, sweeps up after a dead participant, and rings again.
     *
     * <p>First, because what the dead one owed rings for can be seen already, and a sweep takes the longer the larger
     * the region is. Again, because the sweep has freed memory that senders may wait for, and may have cleared a mark
     * that it shares with a participant who has joined just now. Who dies before or after any of this leaves the dead
     * one's slot as it was, and the next who finds its lock free does everything again; nothing of it does harm if it
     * is done twice. Who stops here for an hour keeps that lock: what the dead one held stays held for as long, and
     * nobody waits for it, as who waits is made to look from time to time.
     *
     * @param dead his owner number; the caller holds his lock
     */
    void recover(int dead) {
        bells.ringAll();
        recovery.sweep(dead);
        bells.ringAll();
    }

    /** Decides what the living were hiding during an earlier sweep, as far as they have gone on. */
    void settle() {
        if (recovery.settle()) {
            bells.ringAll();
        }
    }

    /** Whether nobody hides anything any more. */
    boolean areSettled() {
        return halfMade.size() == 0;
    }
}

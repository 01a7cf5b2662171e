package dev.towpath.shm.memory;

/** Stops an operation before one of its accesses to shared memory, a read or a write, until others have done theirs. */
public final class Stop implements SteppedWords.Hook {

    /** Far more than an operation that runs alone ever makes. */
    private static final int MOST_ACCESSES = 1_000_000;

    private final int access;
    private final Runnable meanwhile;
    private int accesses;

    /**
     * Makes a stop.
     *
     * @param access before which access, the first of which has the number 0
     * @param meanwhile what the others do
     */
    public Stop(int access, Runnable meanwhile) {
        this.access = access;
        this.meanwhile = meanwhile;
    }

    @Override
    public void before(Access kind, long offset) {
        if (accesses++ == access) {
            meanwhile.run();
        }
        if (accesses - access > MOST_ACCESSES) {
            throw new AssertionError("who was stopped makes no progress");
        }
    }

    /** Whether there was such an access. */
    public boolean wasReached() {
        return accesses > access;
    }
}

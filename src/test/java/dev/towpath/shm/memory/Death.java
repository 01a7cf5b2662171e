package dev.towpath.shm.memory;

/** Ends an operation in the middle, as if its process had been killed; nobody but the scheduler catches it. */
public final class Death extends Error {

    private static final long serialVersionUID = 1L;

    /** Without a trace, because thousands die. */
    public Death() {
        super("died", null, false, false);
    }
}

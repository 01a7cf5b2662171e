package dev.towpath.shm.store;

import java.util.function.BooleanSupplier;

/** Sleeps until somebody wakes it; see {@link WakeSockets}. */
interface Sleeper extends AutoCloseable {

    /**
     * Sleeps; called by one thread at a time. An interrupt ends the sleep, or the next one, and stays pending.
     *
     * @param timeoutNanos how long at most
     * @param pending says whether there is something to do
     * @return false if the time is over; true if there is, or may be, something to do
     */
    boolean await(long timeoutNanos, BooleanSupplier pending);

    /** Ends the present sleep, or the next one; called by any thread. */
    void wakeUp();

    /** Ends all sleeps for ever; called by any thread. */
    @Override
    void close();
}

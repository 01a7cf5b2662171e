package dev.towpath.shm.store;

import dev.towpath.shm.structure.Channel;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that waits for one of some channels to be worth another look.
 *
 * <p>A signal is sticky until the thread takes it, so one that comes between a look at the channels and the parking
 * is not lost.
 */
final class Waiter {

    private final Thread thread;
    private final List<Channel> channels;
    private final AtomicBoolean signalled = new AtomicBoolean();

    Waiter(Thread thread, List<Channel> channels) {
        this.thread = thread;
        this.channels = channels;
    }

    List<Channel> channels() {
        return channels;
    }

    /** Wakes the thread; false if it has been signalled already and has not looked since. */
    boolean signal() {
        if (!signalled.compareAndSet(false, true)) {
            return false;
        }
        LockSupport.unpark(thread);
        return true;
    }

    /** Takes the signal: what happens from now on signals again. */
    void reset() {
        signalled.set(false);
    }

    /** Parks until a signal, an interrupt (which stays pending), or the deadline. */
    void await(long deadlineNanos) {
        while (!signalled.get() && !Thread.currentThread().isInterrupted()) {
            long remaining = deadlineNanos - System.nanoTime();
            if (remaining <= 0) {
                return;
            }
            LockSupport.parkNanos(this, remaining);
        }
    }
}

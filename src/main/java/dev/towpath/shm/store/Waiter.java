package dev.towpath.shm.store;

import dev.towpath.shm.structure.Channel;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A thread that waits for one of some channels to be worth another look.
 *
 * <p>It is awake, asleep, or signalled. A signal is sticky until the thread takes it, so one that comes between a look
 * at the channels and falling asleep is not lost: a thread falls asleep only if it is awake and not signalled.
 */
final class Waiter {

    /** How a thread sleeps. */
    @FunctionalInterface
    interface Sleep {
        /** Wakes it. */
        void end();
    }

    /** States without sleep. */
    private enum Up implements Sleep {
        AWAKE,
        SIGNALLED;

        @Override
        public void end() {}
    }

    private final List<Channel> channels;
    private final AtomicReference<Sleep> state = new AtomicReference<>(Up.AWAKE);

    Waiter(List<Channel> channels) {
        this.channels = channels;
    }

    List<Channel> channels() {
        return channels;
    }

    /** Wakes the thread; false if it has been signalled already and has not looked since. */
    boolean signal() {
        Sleep before = state.getAndSet(Up.SIGNALLED);
        before.end();
        return !before.equals(Up.SIGNALLED);
    }

    /** Takes the signal: what happens from now on signals again. For the thread itself, awake. */
    void reset() {
        state.set(Up.AWAKE);
    }

    /** Falls asleep; false if it is signalled. For the thread itself. */
    boolean fallAsleep(Sleep sleep) {
        return state.compareAndSet(Up.AWAKE, sleep);
    }

    /** Whether nobody has signalled it since it fell asleep. */
    boolean isAsleep(Sleep sleep) {
        return sleep.equals(state.get());
    }

    /** Wakes up by itself; false if it is signalled. For the thread itself. */
    boolean wakeUp(Sleep sleep) {
        return state.compareAndSet(sleep, Up.AWAKE);
    }
}

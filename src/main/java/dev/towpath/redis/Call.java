package dev.towpath.redis;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Is a command on its way to a server, and what becomes of it. The thread that makes it is the one that waits for it.
 *
 * <p>It goes from NEW to BEGUN when it is about to be written, and from either to its end, once. Only what is still NEW
 * has certainly not been done.
 */
final class Call {
    /** How far it has come, before its end. */
    private enum Progress {
        NEW,
        BEGUN
    }

    private final CommandArguments command;
    private final long deadline;
    private final Thread caller = Thread.currentThread();

    /** A {@link Progress}, or the end: a reply, or a {@link RuntimeException}. */
    private final AtomicReference<@Nullable Object> state = new AtomicReference<>(Progress.NEW);

    private volatile @Nullable Runnable rupture;

    Call(CommandArguments command, long deadline) {
        this.command = command;
        this.deadline = deadline;
    }

    CommandArguments command() {
        return command;
    }

    /** When the caller gives up. */
    long deadline() {
        return deadline;
    }

    /**
     * Tells whether it is still to be written, and that it is from now on, by what the given action would break off.
     */
    boolean begin(Runnable rupture) {
        this.rupture = rupture;
        return state.compareAndSet(Progress.NEW, Progress.BEGUN);
    }

    /** Ends it, unless it has ended: with a reply, or an exception. */
    void end(Object outcome) {
        Object now = state.get();
        while (now instanceof Progress && !state.compareAndSet(now, outcome)) {
            now = state.get();
        }
        LockSupport.unpark(caller);
    }

    /** Waits for the end. If it does not come in time, what was not begun is withdrawn, and what was is broken off. */
    Object await(Pipeline pipeline) {
        awaitEnd();
        if (!hasEnded() && !state.compareAndSet(Progress.NEW, pipeline.late())) {
            Runnable breaking = rupture;
            if (breaking != null && !hasEnded()) {
                breaking.run();
            }
        }
        Object outcome = Objects.requireNonNull(state.get());
        if (outcome instanceof JedisDataException refusal) {
            throw refusal;
        }
        if (outcome instanceof RuntimeException failure) {
            throw failure;
        }
        return outcome;
    }

    /** Waits for the end or the deadline; an interrupt is kept for later. */
    private void awaitEnd() {
        boolean interrupted = Thread.interrupted();
        while (!hasEnded() && Deadlines.left(deadline) > 0) {
            LockSupport.parkNanos(this, Deadlines.left(deadline));
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean hasEnded() {
        return !(state.get() instanceof Progress);
    }
}

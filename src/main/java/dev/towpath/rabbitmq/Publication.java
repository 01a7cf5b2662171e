package dev.towpath.rabbitmq;

import dev.towpath.BackendUnavailableException.Outcome;
import dev.towpath.waiting.Deadline;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Holds a message on its way to the broker, and what became of it.
 *
 * <p>Either its sender gives it up before it is written, and then it never is, or it is written once: who decides first
 * has decided.
 */
final class Publication {
    /** What became of a message. */
    enum Fate {
        ACCEPTED,
        /** The queue was full. */
        FULL,
        /** The broker takes no messages now. */
        MEMORY_FULL,
        /** There is no queue for it. */
        UNROUTABLE,
        NOT_SENT,
        UNKNOWN;

        /** The outcome that an error tells of. */
        Outcome outcome() {
            return this == NOT_SENT ? Outcome.NOT_SENT : Outcome.UNKNOWN;
        }
    }

    /** What the frames of a message take besides names and body. */
    private static final int FRAMES = 47;

    private final String exchange;
    private final String routingKey;
    private final byte[] body;
    private final Deadline deadline;
    private final AtomicBoolean decided = new AtomicBoolean();
    private final CompletableFuture<Fate> fate = new CompletableFuture<>();
    private volatile boolean returned;
    private volatile @Nullable Throwable cause;

    Publication(String exchange, String routingKey, byte[] body, Deadline deadline) {
        this.exchange = exchange;
        this.routingKey = routingKey;
        this.body = body;
        this.deadline = deadline;
    }

    String exchange() {
        return exchange;
    }

    String routingKey() {
        return routingKey;
    }

    byte[] body() {
        return body;
    }

    /** How many bytes it is on the connection, if it has any: names are ASCII. */
    int size() {
        return FRAMES + exchange.length() + routingKey.length() + body.length;
    }

    Deadline deadline() {
        return deadline;
    }

    /** Decides to write it; false if its sender has given it up, or was told that nobody knows what became of it. */
    boolean decideToWrite() {
        return !fate.isDone() && decided.compareAndSet(false, true);
    }

    /** Gives it up: it was not sent, unless it was decided to write it before. */
    void giveUp(@Nullable Throwable why) {
        failed(decided.compareAndSet(false, true) ? Fate.NOT_SENT : Fate.UNKNOWN, why);
    }

    /** Takes the decision back: the connection was closed before anything was written. */
    void undecide() {
        decided.set(false);
    }

    /** Notes that the broker found no queue for it, and will confirm it all the same. */
    void noteReturned() {
        returned = true;
    }

    boolean isReturned() {
        return returned;
    }

    void confirmed(boolean accepted) {
        fate.complete(!accepted ? Fate.FULL : returned ? Fate.UNROUTABLE : Fate.ACCEPTED);
    }

    void failed(Fate how, @Nullable Throwable why) {
        cause = why;
        fate.complete(how);
    }

    /** Waits for what becomes of it, until its deadline and whatever interrupts there are. */
    Fate await() {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return fate.get(deadline.leftNanos(), TimeUnit.NANOSECONDS);
                } catch (TimeoutException e) {
                    giveUp(e);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What went wrong, if it was the connection. */
    @Nullable
    Throwable cause() {
        return cause;
    }
}

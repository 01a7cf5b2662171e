package dev.towpath.rabbitmq;

import dev.towpath.BackendUnavailableException;
import dev.towpath.BackendUnavailableException.Outcome;
import dev.towpath.WireFormatException;
import dev.towpath.waiting.Backoff;
import dev.towpath.waiting.Deadline;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one connection to the broker, and makes it anew whenever it is lost, until it is closed. Thread-safe.
 *
 * <p>A virtual thread of its own connects, prepares a session over the connection, gives it to whoever asks, and waits
 * for the connection's end. Nobody else connects, and whoever waits for a session waits no longer than he wants to.
 *
 * @param <S> what is prepared over each connection
 */
final class Reconnector<S extends Reconnector.Session> {
    /** What is prepared over one connection, and ends with it. */
    interface Session {
        BrokerConnection connection();

        /** Is called once, after others have it. */
        default void began() {}

        /** Is called once, after the connection was lost or closed. */
        void ended(Throwable cause);
    }

    /** Prepares a session over a new connection. */
    @FunctionalInterface
    interface Opener<S> {
        S open(BrokerConnection connection) throws IOException, TimeoutException;
    }

    /** If a connection is lost sooner, the next one waits, so that no broker is stormed that accepts and breaks off. */
    private static final long SHORT_LIFE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final URI uri;
    private final Dialer dialer;
    private final String name;
    private final Opener<S> opener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable S session;
    private @Nullable Exception failure;
    private boolean closed;

    Reconnector(URI uri, Dialer dialer, String name, Opener<S> opener) {
        this.uri = uri;
        this.dialer = dialer;
        this.name = name;
        this.opener = opener;
    }

    /** Connects for the first time, within a time; gives up at once if the broker refuses for good. */
    void open(Deadline deadline) {
        Thread.ofVirtual().name("towpath-rabbitmq-" + name).start(this::keep);
        lock.lock();
        try {
            while (session == null && !deadline.isOver() && (failure == null || !Dialer.isFinal(failure))) {
                awaitChange(deadline.leftNanos());
            }
            if (session == null) {
                throw failure instanceof WireFormatException wrong
                        ? wrong
                        : new BackendUnavailableException(uri, Outcome.NOT_SENT, failure);
            }
        } finally {
            lock.unlock();
        }
    }

    private void keep() {
        Backoff failures = ofFailures();
        Backoff losses = ofLosses();
        while (!isClosed()) {
            long begin = System.nanoTime();
            S fresh = tryOpen();
            if (fresh == null) {
                pause(failure instanceof InboxTakenException ? InboxTakenException.PAUSE_NANOS : failures.nextNanos());
                continue;
            }
            failures = ofFailures();
            fresh.began();
            Throwable cause = fresh.connection().awaitEnd();
            set(null, null);
            fresh.ended(cause);
            if (System.nanoTime() - begin < SHORT_LIFE_NANOS) {
                pause(losses.nextNanos());
            } else {
                losses = ofLosses();
            }
        }
    }

    /** For connecting again when that failed. */
    private static Backoff ofFailures() {
        return new Backoff(Duration.ofMillis(10), Duration.ofSeconds(2));
    }

    /** For connecting again when a connection was lost as soon as it was there. */
    private static Backoff ofLosses() {
        return new Backoff(Duration.ofMillis(1), Duration.ofMillis(100));
    }

    /** Connects and prepares a session; null if either fails, or the reconnector is closed. */
    private @Nullable S tryOpen() {
        BrokerConnection connection = null;
        try {
            connection = dialer.dial("towpath " + name);
            S fresh = opener.open(connection);
            set(fresh, null);
            if (isClosed()) {
                connection.sever(); // close() may have come before there was a session to close
            }
            return fresh;
        } catch (IOException | TimeoutException | RuntimeException e) {
            if (connection != null) {
                connection.sever();
            }
            set(null, e);
            return null;
        }
    }

    private void set(@Nullable S newSession, @Nullable Exception newFailure) {
        lock.lock();
        try {
            session = newSession;
            failure = newFailure;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void pause(long nanos) {
        Deadline end = Deadline.after(Duration.ofNanos(nanos));
        lock.lock();
        try {
            while (!closed && !end.isOver()) {
                awaitChange(end.leftNanos());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a change whatever interrupts there are, as nothing that waits for the broker is ended by one. */
    @SuppressWarnings("WaitNotInLoop") // whoever calls this does it in a loop
    private void awaitChange(long nanos) {
        boolean interrupted = Thread.interrupted();
        try {
            changed.awaitNanos(nanos);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Gives the session there is now, or null if the connection is lost. */
    @Nullable
    S current() {
        lock.lock();
        try {
            return session;
        } finally {
            lock.unlock();
        }
    }

    /** Gives the session, and waits for one if need be: nothing has been sent if there is none in time. */
    S await(Deadline deadline) {
        lock.lock();
        try {
            while (session == null && !closed && !deadline.isOver()) {
                awaitChange(deadline.leftNanos());
            }
            if (closed) {
                throw new IllegalStateException("the layer is closed");
            }
            if (session == null) {
                throw new BackendUnavailableException(uri, Outcome.NOT_SENT, failure);
            }
            return session;
        } finally {
            lock.unlock();
        }
    }

    /** Makes the error that says why something was not answered. */
    RuntimeException unanswered(Outcome outcome, @Nullable Throwable cause) {
        return isClosed()
                ? new IllegalStateException("the layer is closed", cause)
                : new BackendUnavailableException(uri, outcome, cause);
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the connection, and makes no other. Waits until the broker has said goodbye, within limits. */
    void close(Duration patience) {
        S last;
        lock.lock();
        try {
            closed = true;
            last = session;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (last != null) {
            last.connection().close(patience);
        }
    }
}

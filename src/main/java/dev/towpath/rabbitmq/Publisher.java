package dev.towpath.rabbitmq;

import com.rabbitmq.client.AlreadyClosedException;
import dev.towpath.BackendUnavailableException;
import dev.towpath.rabbitmq.Publication.Fate;
import dev.towpath.waiting.Deadline;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Publishes messages over a connection of its own, each once, and waits until the broker has confirmed them.
 * Thread-safe.
 *
 * <p>A sender writes by himself what cannot make him wait. Everything else is written by one virtual thread, in the
 * order in which it comes. So no sender is stuck in writing, and none that is interrupted closes the connection, as
 * that of a virtual thread would in writing: he waits for a confirmation until his time is over, whatever happens to
 * the connection. RabbitMQ slows publishers down by not reading, and has no other way: so what the socket takes is
 * written without waiting. While the broker takes no messages, nothing is written, as it would be stored when nobody
 * expects it.
 */
final class Publisher {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Reconnector<PublishSession> reconnector;
    private final Duration timeout;
    private final LinkedBlockingQueue<Publication> queue = new LinkedBlockingQueue<>();

    /** Is held by who writes. */
    private final ReentrantLock turn = new ReentrantLock();

    private final Publication end = new Publication("", "", new byte[0], Deadline.never());
    private volatile @Nullable Publication writing;
    private volatile boolean closed;

    Publisher(URI uri, Dialer dialer, Duration timeout) {
        this.timeout = timeout;
        this.reconnector = new Reconnector<>(uri, dialer, "publish", PublishSession::new);
    }

    void open(Deadline deadline) {
        reconnector.open(deadline);
        Thread.ofVirtual().name("towpath-rabbitmq-writer").start(this::writeAll);
    }

    /**
     * Sends a message.
     *
     * @return one of the fates that the broker decides
     * @throws BackendUnavailableException if it was not sent, or nobody knows
     */
    Fate publish(String exchange, String routingKey, byte[] body) {
        requireOpen();
        if (isBlocked()) {
            return Fate.MEMORY_FULL;
        }
        PublishSession session = reconnector.current();
        Publication publication = new Publication(exchange, routingKey, body, Deadline.after(timeout));
        if (session == null || !isWrittenAtOnce(publication, session)) {
            queue.add(publication);
        }
        if (closed) {
            publication.giveUp(null); // the writer may have ended before it came
        }
        Fate fate = publication.await();
        if (fate == Fate.NOT_SENT || fate == Fate.UNKNOWN) {
            if (session != null && writing == publication) {
                session.connection().sever(); // the writer is stuck, and everybody behind it
            }
            requireOpen();
            throw reconnector.unanswered(fate.outcome(), publication.cause());
        }
        return fate;
    }

    /** Lets the caller write a message, unless that could make him wait, for the broker or for others. */
    private boolean isWrittenAtOnce(Publication publication, PublishSession session) {
        if (Thread.currentThread().isVirtual() || !turn.tryLock()) {
            return false;
        }
        try {
            return queue.isEmpty() && session.hasRoomFor(publication) && tryWrite(publication, session);
        } finally {
            turn.unlock();
        }
    }

    /** Whether the broker takes no messages now, as far as it has said so. */
    boolean isBlocked() {
        PublishSession session = reconnector.current();
        return session != null && session.connection().isBlocked();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the layer is closed");
        }
    }

    private void writeAll() {
        try {
            for (Publication next = queue.take(); next != end; next = queue.take()) {
                writing = next;
                write(next);
                writing = null;
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
        queue.forEach(each -> each.failed(Fate.NOT_SENT, null));
    }

    /** Writes one message as soon as there is a connection, or not at all if there is none in its time. */
    private void write(Publication publication) {
        try {
            while (!tryWriteInTurn(publication, reconnector.await(publication.deadline()))) {
                LockSupport.parkNanos(PAUSE_NANOS); // until the reconnector has noticed as well
                if (publication.deadline().isOver()) {
                    publication.failed(Fate.NOT_SENT, null);
                    return;
                }
            }
        } catch (BackendUnavailableException | IllegalStateException e) {
            publication.failed(Fate.NOT_SENT, e.getCause());
        }
    }

    private boolean tryWriteInTurn(Publication publication, PublishSession session) {
        turn.lock();
        try {
            return tryWrite(publication, session);
        } finally {
            turn.unlock();
        }
    }

    /** Writes one message; false if the connection was lost before. */
    private static boolean tryWrite(Publication publication, PublishSession session) {
        if (session.connection().isBlocked()) {
            publication.failed(Fate.MEMORY_FULL, null);
            return true;
        }
        if (!publication.decideToWrite()) {
            return true;
        }
        try {
            session.channelFor(publication.exchange()).publish(publication);
            return true;
        } catch (AlreadyClosedException e) {
            publication.undecide();
            session.connection()
                    .sever(); // should only the AMQP channel be closed, the connection must be made anew as well
            return false;
        } catch (IOException e) {
            publication.failed(Fate.UNKNOWN, e);
            return true;
        }
    }

    /** Ends the connection; whoever waits for a confirmation learns that the layer is closed. */
    void close() {
        closed = true;
        queue.add(end);
        reconnector.close(timeout);
    }
}

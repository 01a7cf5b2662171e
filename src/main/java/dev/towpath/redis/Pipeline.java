package dev.towpath.redis;

import dev.towpath.BackendUnavailableException;
import dev.towpath.BackendUnavailableException.Outcome;
import dev.towpath.waiting.Backoff;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Carries the commands of all threads to one server over one connection, and their replies back in the same order.
 *
 * <p>A command waits, within its deadline, until there is a connection. From the moment it is about to be written it
 * has one chance: whatever breaks the connection before the reply is there, nobody knows whether it was done, and it is
 * not written again. A thread of its own reads the replies, so that the end of a connection is noticed when it comes,
 * and not by the next command.
 *
 * <p>Who calls writes the command by itself, unless that could hold or hurt it: an interrupt closes the socket under a
 * virtual thread that must wait there, and a long command waits when the server does not read. Then a virtual thread
 * that nobody knows writes it. Every wait ends at the command's deadline, at which the connection is broken off, and
 * with that ends whoever is stuck in writing to it.
 */
final class Pipeline implements AutoCloseable {
    private static final int SHORT_BYTES = 16 << 10;

    private final Connector connector;
    private final Runnable onConnected;
    private final ReentrantLock writing = new ReentrantLock();
    private final Backoff backoff;
    private volatile @Nullable Session session;
    private volatile @Nullable JedisException lastFailure;
    private volatile boolean closed;

    /**
     * Creates a pipeline that connects when it is used.
     *
     * @param onConnected is run with each new connection, by a thread that must not be held up
     */
    Pipeline(Connector connector, Runnable onConnected) {
        this.connector = connector;
        this.onConnected = onConnected;
        this.backoff = connector.backoff();
    }

    /** Has a command done. It throws what the server refuses with, or {@link BackendUnavailableException}. */
    Object ask(CommandArguments command, int bytes, long deadline) {
        requireOpen();
        Call call = new Call(command, deadline);
        boolean mayWait = bytes > SHORT_BYTES || connector.isHurtByInterrupts();
        if (mayWait || Thread.currentThread().isVirtual()) {
            Thread.ofVirtual().name("towpath-redis-write").start(() -> write(call));
        } else {
            write(call);
        }
        return call.await(this);
    }

    private void write(Call call) {
        writing.lock();
        try {
            while (!connected(call.deadline()).write(call)) {
                requireOpen(); // the connection has just ended: nothing was written, and there will be another
            }
        } catch (JedisException e) {
            call.end(unavailable(Outcome.NOT_SENT, e));
        } catch (IllegalStateException e) {
            call.end(e);
        } finally {
            writing.unlock();
        }
    }

    /** Gives the connection, a new one if it must be. */
    private Session connected(long deadline) {
        Session current = session;
        while (current == null || current.hasEnded()) {
            requireOpen();
            if (Deadlines.left(deadline) <= 0) {
                throw lastFailure == null ? new JedisConnectionException("no connection in time") : lastFailure;
            }
            try {
                current = new Session(connector.connect(deadline));
                start(current);
            } catch (JedisConnectionException e) {
                lastFailure = e;
                Deadlines.pass(Math.min(backoff.nextNanos(), Deadlines.left(deadline)));
            }
        }
        return current;
    }

    private void start(Session connected) {
        session = connected;
        backoff.reset();
        if (closed) {
            connected.end(new JedisConnectionException("closed"));
        }
        Thread.ofPlatform().daemon().name("towpath-redis-read").start(connected::read);
        onConnected.run();
    }

    /** Lets the next command look for the server anew; those that were written before still get their replies. */
    void reconnect() {
        Session current = session;
        if (current != null) {
            current.retire();
        }
    }

    /** Whether there is a connection now. */
    boolean isConnected() {
        Session current = session;
        return current != null && !current.hasEnded();
    }

    /** Says that there was no connection in time. */
    BackendUnavailableException late() {
        return unavailable(Outcome.NOT_SENT, lastFailure);
    }

    BackendUnavailableException unavailable(Outcome outcome, @Nullable Throwable cause) {
        return new BackendUnavailableException(connector.address().uri(), outcome, cause);
    }

    private void requireOpen() {
        if (closed) {
            throw RedisLayer.closedException();
        }
    }

    /** Ends the connection. Whoever still waits for a reply, or calls later, is told that the layer is closed. */
    @Override
    public void close() {
        closed = true;
        Session current = session;
        if (current != null) {
            current.end(new JedisConnectionException("closed"));
        }
    }

    /**
     * Is the life of one connection: commands are written to it and replies are read from it until it ends.
     *
     * <p>Under its lock a reply is given to the first call that waits, or all calls are told of the end; so no call
     * gets the reply of another.
     */
    private final class Session {
        private final ReentrantLock lock = new ReentrantLock();
        private final RespConnection connection;
        private final Queue<Call> waiting = new ArrayDeque<>();
        private @Nullable JedisException end;
        private boolean retired;

        Session(RespConnection connection) {
            connection.replyWithin(0);
            this.connection = connection;
        }

        boolean hasEnded() {
            lock.lock();
            try {
                return retired || end != null;
            } finally {
                lock.unlock();
            }
        }

        /** Writes a command, unless its caller has given up; or tells that the connection had ended before. */
        boolean write(Call call) {
            lock.lock();
            try {
                if (retired || end != null) {
                    return false;
                }
                if (!call.begin(() -> end(new JedisConnectionException("no answer in time")))) {
                    return true;
                }
                waiting.add(call);
            } finally {
                lock.unlock();
            }
            try {
                connection.write(call.command());
            } catch (JedisException e) {
                end(e);
            }
            return true;
        }

        void read() {
            try {
                while (true) {
                    give(connection.read());
                }
            } catch (JedisException e) {
                end(e);
            }
        }

        private void give(Object reply) {
            lock.lock();
            try {
                Call first = waiting.poll();
                if (first != null) {
                    first.end(reply);
                }
                endIfUnused();
            } finally {
                lock.unlock();
            }
        }

        /** Takes no more commands. */
        void retire() {
            lock.lock();
            try {
                retired = true;
                endIfUnused();
            } finally {
                lock.unlock();
            }
        }

        private void endIfUnused() {
            if (retired && waiting.isEmpty()) {
                end(new JedisConnectionException("retired"));
            }
        }

        void end(JedisException reason) {
            lock.lock();
            try {
                if (end == null) {
                    end = reason;
                }
                for (Call call : List.copyOf(waiting)) {
                    call.end(failure(Outcome.UNKNOWN, end));
                }
                waiting.clear();
            } finally {
                lock.unlock();
            }
            connection.close();
        }

        private RuntimeException failure(Outcome outcome, JedisException reason) {
            return closed ? RedisLayer.closedException() : unavailable(outcome, reason);
        }
    }
}

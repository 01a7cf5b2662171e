package dev.towpath.redis;

import dev.towpath.BackendUnavailableException;
import dev.towpath.WireFormatException;
import dev.towpath.waiting.Backoff;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Waits at the server for all whose seats are in this lane, with one connection and one thread, round after round.
 *
 * <p><b>States.</b> A lane is <i>away</i> while the server holds its BZPOPMIN of the queues in {@code away}; else it is
 * <i>back</i>: handing over, connecting, or idle. Its thread alone changes between them, under the hub's lock, and
 * counts the rounds.
 *
 * <p><b>Invariants.</b> I1: when the lane goes away, it asks for every queue at which somebody sits who does not leave,
 * and for no other. I2: whoever takes a seat at a queue for which the lane is not away while it is, recalls it; so
 * every seat is waited for within a round trip. I3: what the server has given is given to the first at its queue who
 * sat there when the lane went away, or if there is none to another, or it is put back, before the lane is back. I4:
 * who is about to leave, with a message or without, goes when the lane is not away for his queues, or others stay who
 * sat there when it went, or the time for a command is over; until then he can still be given a message, if he has
 * none. From I3 and I4: who has left and then looks into the queue finds what he has not received, and nobody receives
 * a message after one that was sent later.
 *
 * <p><b>Recalling</b> is CLIENT UNBLOCK by another connection. When it comes too early, before the server has got the
 * BZPOPMIN, or too late, it does nothing; so it is repeated, less and less often, until the lane is back. That the
 * server gives a message in the same moment does no harm: then the lane comes back with it.
 *
 * <p><b>Failures.</b> If the connection breaks while the lane is away, at most the one message in the reply is lost,
 * and the lane goes on with a new one; the waiting notice nothing. The server ends each BZPOPMIN after {@value
 * #AWAY_SECONDS} s, and when it does not, the connection is broken off: so one that is dead without saying so is found.
 */
final class Lane {
    private static final Logger LOGGER = System.getLogger(Lane.class.getName());
    private static final int AWAY_SECONDS = 30;
    private static final int SILENT_MILLIS = 35_000;
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final Duration FIRST_RECALL = Duration.ofNanos(500_000);
    private static final Duration LONGEST_RECALL = Duration.ofMillis(50);
    private static final long RECALLED_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Hub hub;
    private final ReentrantLock lock;
    private final Condition work;
    private final Condition back;
    private final Backoff backoff;

    private final Seats seats = new Seats();

    /** The queues that the server is asked for now; none when the lane is back. */
    private Set<String> away = Set.of();

    private long round;
    private long recalledRound = -1;
    private int turn;
    private volatile @Nullable RespConnection connection;
    private long clientId;

    Lane(Hub hub, ReentrantLock lock) {
        this.hub = hub;
        this.lock = lock;
        this.work = lock.newCondition();
        this.back = lock.newCondition();
        this.backoff = hub.shard().connector().backoff();
    }

    void start() {
        Thread.ofVirtual().name("towpath-redis-lane").start(this::run);
    }

    // ---- under the hub's lock

    Seats seats() {
        return seats;
    }

    Seat add(Waiter waiter, List<String> queues) {
        Seat seat = new Seat(this, waiter, queues);
        seats.add(seat);
        if (away.isEmpty()) {
            seats.settle();
            work.signalAll();
        } else if (!away.containsAll(queues)) {
            recall(); // I2
        }
        return seat;
    }

    /** Ends the waiting of all who sit at some queues, and makes the lane come back. */
    void fail(List<String> queues, RuntimeException failure) {
        queues.forEach(queue -> seats.fail(queue, failure));
        recall();
        work.signalAll();
    }

    private void recall() {
        if (!away.isEmpty() && recalledRound != round) {
            long thisRound = round;
            recalledRound = thisRound;
            Thread.ofVirtual().name("towpath-redis-recall").start(() -> unblock(thisRound));
        }
    }

    // ---- by those who wait

    void beginToLeave(Seat seat) {
        lock.lock();
        try {
            seats.beginToLeave(seat);
            if (seats.isMissed(seat, away)) {
                recall();
            }
        } finally {
            lock.unlock();
        }
    }

    void leave(Seat seat) {
        lock.lock();
        try {
            long end = Deadlines.after(hub.shard().connector().commandTimeout());
            while (seats.isMissed(seat, away) && Deadlines.left(end) > 0) {
                recall();
                Deadlines.await(back, end); // I4
            }
            seats.leave(seat);
        } finally {
            lock.unlock();
        }
    }

    private void unblock(long thisRound) {
        Backoff pauses = new Backoff(FIRST_RECALL, LONGEST_RECALL);
        while (isAway(thisRound)) {
            awaitBack(thisRound, tellServer() ? RECALLED_NANOS : pauses.nextNanos());
        }
    }

    private boolean isAway(long thisRound) {
        lock.lock();
        try {
            return round == thisRound && !away.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private void awaitBack(long thisRound, long nanos) {
        lock.lock();
        try {
            long end = System.nanoTime() + nanos;
            while (isAway(thisRound) && Deadlines.left(end) > 0) {
                Deadlines.await(back, end);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Tells the server to let the lane go; whether it held it. */
    private boolean tellServer() {
        try {
            return Replies.number(hub.shard().ask("CLIENT", "UNBLOCK", clientId)) == 1;
        } catch (BackendUnavailableException e) {
            LOGGER.log(Level.DEBUG, "a lane cannot be recalled now", e);
            return false;
        } catch (IllegalStateException e) {
            disconnect(); // the layer has been closed, and so must this be
            return true;
        }
    }

    // ---- by the thread of the lane

    private void run() {
        try {
            while (awaitWork()) {
                if (connect()) {
                    waitAtServer();
                }
            }
        } catch (RuntimeException e) {
            LOGGER.log(Level.ERROR, "a lane ends, and with it the waiting of all who sit there", e);
            failAll(e);
        } finally {
            disconnect();
            hub.ended(this);
        }
    }

    private void failAll(RuntimeException failure) {
        lock.lock();
        try {
            hub.retire(this);
            fail(seats.queues(), failure);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until somebody has a seat; not for ever. */
    private boolean awaitWork() {
        lock.lock();
        try {
            long end = System.nanoTime() + IDLE_NANOS;
            while (!hub.isClosed() && seats.isEmpty() && Deadlines.left(end) > 0) {
                Deadlines.await(work, end);
            }
            return !hub.isClosed() && !(seats.isEmpty() && hub.retire(this));
        } finally {
            lock.unlock();
        }
    }

    /** Connects if need be; whether there is a connection. */
    private boolean connect() {
        if (connection != null) {
            return true;
        }
        try {
            RespConnection fresh = hub.shard().connector().connect(Deadlines.never());
            connection = fresh;
            fresh.replyWithin(SILENT_MILLIS);
            clientId = Replies.number(fresh.ask(new CommandArguments(Command.CLIENT).add("ID")));
            backoff.reset();
            hub.shard().lookAlive();
            return true;
        } catch (JedisException e) {
            LOGGER.log(
                    Level.DEBUG,
                    "no connection to wait at: " + hub.shard().connector().address(),
                    e);
            disconnect();
            pause();
            return false;
        }
    }

    private void pause() {
        lock.lock();
        try {
            long end = System.nanoTime() + backoff.nextNanos();
            while (!hub.isClosed() && Deadlines.left(end) > 0) {
                Deadlines.await(work, end);
            }
        } finally {
            lock.unlock();
        }
    }

    private void waitAtServer() {
        List<String> queues = goAway();
        if (queues.isEmpty()) {
            return;
        }
        RespConnection current = connection;
        try {
            Object reply = current == null ? Replies.Nil.NIL : current.ask(pop(queues));
            if (!Replies.isNil(reply)) {
                List<Object> taken = Replies.list(reply);
                hub.arrived(
                        this, Replies.bytes(taken.get(0)), Replies.bytes(taken.get(1)), Replies.score(taken.get(2)));
            }
        } catch (JedisConnectionException e) {
            lost(e);
        } catch (JedisDataException e) {
            refused(e, queues);
        } finally {
            comeBack();
        }
    }

    /** All queues with a seat (I1), beginning with another each time, because the server prefers the first. */
    private List<String> goAway() {
        lock.lock();
        try {
            seats.settle();
            List<String> queues = new ArrayList<>(seats.queues());
            Collections.rotate(queues, turn++);
            away = hub.isClosed() ? Set.of() : Set.copyOf(queues);
            return hub.isClosed() ? List.of() : queues;
        } finally {
            lock.unlock();
        }
    }

    private CommandArguments pop(List<String> queues) {
        CommandArguments command = new CommandArguments(Command.BZPOPMIN);
        queues.forEach(queue -> command.add(hub.keys().queue(queue)));
        return command.add(AWAY_SECONDS);
    }

    /** Is back, and says so to those who wait for that. */
    void comeBack() {
        lock.lock();
        try {
            away = Set.of();
            round++;
            back.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void lost(JedisException e) {
        disconnect();
        if (!hub.isClosed()) {
            LOGGER.log(
                    Level.INFO,
                    "lost the connection to {0} while waiting there; if a message was on its way here, it"
                            + " is lost too: {1}",
                    hub.shard().connector().address(),
                    e.getMessage());
        }
    }

    /** The server has done nothing: the wrong ones must be told, or another server must be found. */
    private void refused(JedisDataException e, List<String> queues) {
        if (Replies.isNotExecuted(e)) {
            lost(e);
            pause();
            return;
        }
        try {
            for (String queue : queues) {
                failIfWrong(queue, e);
            }
        } catch (BackendUnavailableException | IllegalStateException unavailable) {
            lost(e);
        }
    }

    private void failIfWrong(String queue, JedisDataException e) {
        RuntimeException failure;
        if (Replies.isWrongType(e)) {
            String type = Replies.text(hub.shard().ask("TYPE", hub.keys().queue(queue)));
            if (type.equals("zset") || type.equals("none")) {
                return;
            }
            failure = new WireFormatException(Replies.text(hub.keys().queue(queue)), "a " + type, e);
        } else {
            failure = hub.shard().refused(e);
        }
        lock.lock();
        try {
            fail(List.of(queue), failure);
        } finally {
            lock.unlock();
        }
    }

    /** Closes the connection, under the lane's thread if need be. */
    void disconnect() {
        RespConnection current = connection;
        connection = null;
        if (current != null) {
            current.close();
        }
    }
}

package dev.towpath.redis;

import dev.towpath.BackendUnavailableException;
import dev.towpath.BackendUnavailableException.Outcome;
import dev.towpath.WireFormatException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Brings together those who wait for messages of one server and the few connections that wait there for them.
 *
 * <p>Its one lock guards the seats of all its {@linkplain Lane lanes}. A waiter sits in one lane, which waits for all
 * its queues; a queue may be waited for in several lanes, and the server serves those in turn.
 *
 * <p>What comes for nobody, because the one it came for has given up or has been served by another server, is put back
 * with its old score. That is not repeated when it is unknown whether it was done: then the message may be lost, and
 * never comes twice.
 */
final class Hub implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(Hub.class.getName());

    /** A BZPOPMIN of so many queues takes the server a seventh of a millisecond to begin. */
    private static final int MOST_QUEUES = 64;

    /** As long as there are few lanes, they wait for few queues, which costs less for each message. */
    private static final int FEW_QUEUES = 8;

    private static final int FEW_LANES = 16;
    private static final int MOST_LANES = 160;

    private final Shard shard;
    private final Settings settings;
    private final Keys keys;
    private final MessageFormat format;
    private final Consumer<List<Arrival>> surplus;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition laneEnded = lock.newCondition();
    private final List<Lane> lanes = new ArrayList<>();
    private boolean closed;

    /**
     * Creates a hub without lanes.
     *
     * @param surplus is given what was taken for nobody and cannot be put back, or is more than was waited for
     */
    Hub(Shard shard, Settings settings, MessageFormat format, Consumer<List<Arrival>> surplus) {
        this.shard = shard;
        this.settings = settings;
        this.keys = new Keys(settings.prefix());
        this.format = format;
        this.surplus = surplus;
    }

    Shard shard() {
        return shard;
    }

    Keys keys() {
        return keys;
    }

    /** Gives a waiter a seat at some queues. */
    Lane.Seat seat(Waiter waiter, List<String> queues) {
        lock.lock();
        try {
            if (closed) {
                throw RedisLayer.closedException();
            }
            return lane(queues).add(waiter, queues);
        } finally {
            lock.unlock();
        }
    }

    private Lane lane(List<String> queues) {
        int most = lanes.size() < FEW_LANES ? FEW_QUEUES : MOST_QUEUES;
        Comparator<Lane> byQueues = Comparator.comparingInt(lane -> lane.seats().countWith(queues));
        Lane best = lanes.stream().min(byQueues).orElse(null);
        if (best == null || (best.seats().countWith(queues) > most && lanes.size() < MOST_LANES)) {
            best = new Lane(this, lock);
            lanes.add(best);
            best.start();
        }
        return best;
    }

    /** Gives an arrival to somebody who waits for it; whether anybody does. */
    boolean give(Arrival arrival) {
        lock.lock();
        try {
            for (Lane lane : lanes) {
                if (lane.seats().give(arrival)) {
                    return true;
                }
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    // ---- by the lanes

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Lets a lane without seats end; under the lock, so that it gets no more. */
    boolean retire(Lane lane) {
        return lanes.remove(lane);
    }

    void ended(Lane lane) {
        lock.lock();
        try {
            lanes.remove(lane);
            laneEnded.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Hands over what a lane has taken from the server, or puts it back. */
    void arrived(Lane lane, byte[] key, byte[] member, double score) {
        double now = shard.clock().now();
        if (score <= now - settings.expiry().toNanos() / 1e9) {
            countExpired();
            return;
        }
        List<Arrival> arrivals = format.open(keys.queueOf(key), member, score, now);
        List<Arrival> left = new ArrayList<>();
        lock.lock();
        try {
            for (Arrival arrival : arrivals) {
                if (!lane.seats().give(arrival)) {
                    left.add(arrival);
                }
            }
        } finally {
            lock.unlock();
        }
        if (left.size() == arrivals.size()) {
            putBack(key, member, score, left);
        } else if (!left.isEmpty()) {
            surplus.accept(left);
        }
    }

    private void countExpired() {
        try {
            shard.ask("HINCRBY", keys.statistics(), "expired", 1);
        } catch (BackendUnavailableException | ServerMemoryException | IllegalStateException e) {
            LOGGER.log(Level.DEBUG, "a message that has expired is not counted", e);
        }
    }

    private void putBack(byte[] key, byte[] member, double score, List<Arrival> arrivals) {
        try {
            putBack(key, member, score);
        } catch (ServerMemoryException | WireFormatException e) {
            surplus.accept(arrivals);
        } catch (BackendUnavailableException e) {
            if (e.outcome() == Outcome.NOT_SENT) {
                surplus.accept(arrivals);
            } else {
                LOGGER.log(Level.WARNING, "a message that nobody waited for any more may be lost", e);
            }
        }
    }

    /** Puts a member back into its queue as if it had never been taken. */
    void putBack(byte[] key, byte[] member, double score) {
        byte[] asItWas = Keys.bytes(Double.toString(score));
        shard.run(Script.PUT_BACK, List.of(key), List.of(settings.expiryMillis(), asItWas, member));
    }

    /** Tells all who wait that the layer is closed, and waits until the lanes have come back. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            lanes.forEach(lane -> lane.fail(lane.seats().queues(), RedisLayer.closedException()));
            long end = Deadlines.after(settings.commandTimeout());
            while (!lanes.isEmpty() && Deadlines.left(end) > 0) {
                Deadlines.await(laneEnded, end);
            }
            lanes.forEach(Lane::disconnect);
        } finally {
            lock.unlock();
        }
    }
}

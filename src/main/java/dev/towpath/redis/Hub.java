package dev.towpath.redis;

import dev.towpath.BackendUnavailableException;
import dev.towpath.BackendUnavailableException.Outcome;
import dev.towpath.ChannelLayerException;
import dev.towpath.WireFormatException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

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
final class Hub {
    private static final Logger LOGGER = System.getLogger(Hub.class.getName());

    /** A BZPOPMIN of so many queues takes the server a seventh of a millisecond to begin. */
    private static final int MOST_QUEUES = 64;

    /** As long as there are few lanes, they wait for few queues, which costs less for each message. */
    private static final int FEW_QUEUES = 8;

    private static final int FEW_LANES = 16;
    private static final int MOST_LANES = 160;

    private final Servers servers;
    private final Shard shard;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition laneEnded = lock.newCondition();
    private final List<Lane> lanes = new ArrayList<>();
    private boolean closed;

    /** Creates a hub without lanes, for one of a layer's servers. */
    Hub(Servers servers, Shard shard) {
        this.servers = servers;
        this.shard = shard;
    }

    Shard shard() {
        return shard;
    }

    Keys keys() {
        return servers.keys();
    }

    /** Gives a waiter a seat at some queues. */
    Seat seat(Waiter waiter, List<String> queues) {
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
        Lane best = null;
        int least = Integer.MAX_VALUE;
        for (Lane lane : lanes) {
            int count = lane.seats().countWith(queues);
            if (count < least) {
                best = lane;
                least = count;
            }
        }
        int most = lanes.size() < FEW_LANES ? FEW_QUEUES : MOST_QUEUES;
        if (best == null || (least > most && lanes.size() < MOST_LANES)) {
            best = new Lane(this, lock);
            lanes.add(best);
            best.start();
        }
        return best;
    }

    /**
     * Gives what the layer keeps of a queue to those who wait for it here. Who takes a seat finds what was kept before,
     * and is found by what is kept later: both happen under this lock.
     */
    void giveKept(String queue) {
        lock.lock();
        try {
            servers.giveKept(queue, arrival -> lanes.stream()
                    .anyMatch(lane -> lane.seats().give(arrival)));
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
        if (score <= servers.settings().oldest(now)) {
            countExpired();
            return;
        }
        String queue = keys().queueOf(key);
        List<Arrival> arrivals = servers.format().open(queue, member, score, now);
        List<Arrival> left = handOver(lane, arrivals);
        if (left.size() == arrivals.size()) {
            putBack(key, member, score, left);
        } else if (!left.isEmpty()) {
            servers.giveKept(queue);
        }
    }

    /**
     * Gives a lane's arrivals to those who sit there, and gives back those that nobody takes. If only some are left,
     * they are kept; then, and if none is, the lane has nothing in hand any more, and is back in the same step: whoever
     * was given something must not wait for more.
     */
    private List<Arrival> handOver(Lane lane, List<Arrival> arrivals) {
        lock.lock();
        try {
            List<Arrival> left = new ArrayList<>();
            for (Arrival arrival : arrivals) {
                if (!lane.seats().give(arrival)) {
                    left.add(arrival);
                }
            }
            if (left.size() < arrivals.size()) {
                servers.addKept(left);
                lane.comeBack();
            }
            return left;
        } finally {
            lock.unlock();
        }
    }

    private void countExpired() {
        try {
            shard.run(Script.COUNT_EXPIRED, List.of(keys().statistics()), List.of());
        } catch (ChannelLayerException | ServerMemoryException | IllegalStateException e) {
            LOGGER.log(Level.DEBUG, "a message that has expired is not counted", e);
        }
    }

    private void putBack(byte[] key, byte[] member, double score, List<Arrival> arrivals) {
        try {
            putBack(key, member, score);
        } catch (ServerMemoryException | WireFormatException e) {
            servers.keep(arrivals);
        } catch (BackendUnavailableException e) {
            if (e.outcome() == Outcome.NOT_SENT) {
                servers.keep(arrivals);
            } else {
                LOGGER.log(Level.WARNING, "a message that nobody waited for any more may be lost", e);
            }
        }
    }

    /** Puts a member back into its queue as if it had never been taken. */
    void putBack(byte[] key, byte[] member, double score) {
        byte[] asItWas = Keys.bytes(Double.toString(score));
        shard.run(Script.PUT_BACK, List.of(key), List.of(servers.settings().expiryMillis(), asItWas, member));
    }

    /** Tells all who wait that the layer is closed, and calls the lanes back. */
    void beginToClose() {
        lock.lock();
        try {
            closed = true;
            lanes.forEach(lane -> lane.fail(lane.seats().queues(), RedisLayer.closedException()));
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the lanes have come back, or the time for that is over. */
    void awaitLanes(long end) {
        lock.lock();
        try {
            while (!lanes.isEmpty() && Deadlines.left(end) > 0) {
                Deadlines.await(laneEnded, end);
            }
            lanes.forEach(Lane::disconnect);
        } finally {
            lock.unlock();
        }
    }
}

package dev.towpath.rabbitmq;

import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lends the AMQP channels of one connection to calls, one call at a time each: the broker closes the channel of a call
 * that it refuses. Thread-safe.
 */
final class Channels {
    private static final int MOST = 64;

    /** Something that is asked of the broker. */
    @FunctionalInterface
    interface Call<T extends @Nullable Object> {
        T on(Channel channel) throws IOException;
    }

    private final BrokerConnection connection;
    private final Semaphore permits = new Semaphore(MOST);
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Channel> idle = new ArrayDeque<>();

    Channels(BrokerConnection connection) {
        this.connection = connection;
    }

    <T extends @Nullable Object> T call(Call<T> call) throws IOException {
        permits.acquireUninterruptibly(); // not for long: every call is over after the command timeout
        try {
            Channel lent = takeIdle();
            Channel channel = lent == null ? connection.newChannel() : lent;
            T result = call.on(channel);
            putIdle(channel);
            return result;
        } finally {
            permits.release();
        }
    }

    private @Nullable Channel takeIdle() {
        lock.lock();
        try {
            return idle.pollLast();
        } finally {
            lock.unlock();
        }
    }

    private void putIdle(Channel channel) {
        lock.lock();
        try {
            idle.addLast(channel);
        } finally {
            lock.unlock();
        }
    }
}

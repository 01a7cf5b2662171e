package dev.towpath.bench.peers;

import dev.towpath.brokers.RabbitBroker;
import dev.towpath.brokers.RedisBroker;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Starts the servers that some peers need, once for a run, as the tests do. Their addresses are told to the child JVMs
 * as system properties.
 */
final class Servers {
    private static @Nullable RedisBroker redis;
    private static @Nullable RabbitBroker rabbit;

    private Servers() {}

    /**
     * Starts what a peer needs, if it does not run yet.
     *
     * @throws RuntimeException if it is not installed or does not start
     */
    static void start(Peer peer) {
        try {
            if (peer == Peer.REDIS && redis == null) {
                redis = RedisBroker.start();
                System.setProperty(property(peer), redis.uri());
            } else if (isRabbit(peer) && rabbit == null) {
                rabbit = RabbitBroker.startOwn();
                System.setProperty(property(peer), rabbit.uri());
            }
        } catch (AssertionError e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** The address of a peer's server. */
    static String uri(Peer peer) {
        return System.getProperty(property(peer));
    }

    private static boolean isRabbit(Peer peer) {
        return peer == Peer.RABBITMQ || peer == Peer.RABBITMQ_CONFIRMED;
    }

    private static String property(Peer peer) {
        return isRabbit(peer) ? "peers.rabbitmq" : "peers.redis";
    }

    /** Ends what was started. */
    static void stopAll() throws IOException {
        if (redis != null) {
            redis.close();
            redis = null;
        }
        if (rabbit != null) {
            rabbit.close();
            rabbit = null;
        }
    }
}

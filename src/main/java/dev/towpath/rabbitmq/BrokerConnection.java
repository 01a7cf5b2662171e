package dev.towpath.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLSocket;

/** A connection to the broker, and the socket below it, with which it can be ended at once. Thread-safe. */
final class BrokerConnection {
    /** A quarter of what the buffer of a socket takes on Linux, unless it was told otherwise, before it has grown. */
    private static final int SURELY_BUFFERED = 4 << 10;

    private final Connection connection;
    private final Socket socket;
    private final CompletableFuture<Throwable> end = new CompletableFuture<>();
    private volatile boolean blocked;

    BrokerConnection(Connection connection, Socket socket) {
        this.connection = connection;
        this.socket = socket;
        connection.addBlockedListener(reason -> blocked = true, () -> blocked = false);
        connection.addShutdownListener(end::complete);
    }

    Channel newChannel() throws IOException {
        Channel channel = connection.createChannel();
        if (channel == null) {
            throw new IOException("the broker allows no more than " + connection.getChannelMax() + " AMQP channels");
        }
        return channel;
    }

    /** Whether the broker takes no messages because its memory or disk is used up. */
    boolean isBlocked() {
        return blocked;
    }

    /**
     * Whether so many bytes, with those that the broker may not have read yet, surely fit into the buffer of the
     * socket, so that writing them makes nobody wait. TLS has messages of its own, and may have to wait for them.
     */
    boolean surelyTakes(long bytes) {
        return bytes <= SURELY_BUFFERED && !(socket instanceof SSLSocket);
    }

    /** Waits until the connection is lost or closed, and says why. */
    Throwable awaitEnd() {
        return end.join();
    }

    /**
     * Ends the connection without a word to the broker, also when somebody is stuck in writing to it. With a linger
     * time, a TLS socket does not wait for him to say goodbye.
     */
    void sever() {
        try (socket) {
            if (!socket.isClosed()) {
                socket.setSoLinger(true, 0);
            }
        } catch (IOException e) {
            end.complete(e);
        }
    }

    /** Ends the connection in the orderly way if that does not take too long. */
    void close(Duration patience) {
        connection.abort((int) Math.min(Integer.MAX_VALUE, patience.toMillis()));
        sever();
    }
}

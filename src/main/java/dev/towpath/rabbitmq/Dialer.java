package dev.towpath.rabbitmq;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import dev.towpath.WireFormatException;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the broker. Thread-safe.
 *
 * <p>The client's own recovery is off: it would make consumers anew that nobody waits with, and could not know when the
 * inbox may be declared. What the broker sends is handled by the thread that reads the connection, in the order in
 * which the broker sent it; so none of the handlers may wait. It is a platform thread, which the kernel wakes when
 * there is something to read: a virtual one would be woken by another thread that the kernel wakes.
 */
final class Dialer {
    private final ConnectionFactory factory = new ConnectionFactory();

    Dialer(URI uri, Duration connectTimeout, Duration commandTimeout, @Nullable SSLContext sslContext) {
        try {
            factory.setUri(uri);
            if (sslContext != null || factory.isSSL()) {
                factory.useSslProtocol(sslContext != null ? sslContext : SSLContext.getDefault());
                factory.enableHostnameVerification();
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("bad uri: " + e.getMessage(), e);
        }
        int connectMillis = millis(connectTimeout);
        factory.setConnectionTimeout(connectMillis);
        factory.setHandshakeTimeout(connectMillis);
        factory.setChannelRpcTimeout(millis(commandTimeout));
        factory.setChannelShouldCheckRpcResponseType(true);
        factory.setRequestedHeartbeat(Math.clamp(2 * commandTimeout.toSeconds(), 1, 60));
        factory.useBlockingIo();
        factory.setAutomaticRecoveryEnabled(false);
        factory.setTopologyRecoveryEnabled(false);
        factory.setThreadFactory(
                Thread.ofPlatform().daemon().name("towpath-rabbitmq-", 0).factory());
        factory.setSharedExecutor(new SameThread());
    }

    private static int millis(Duration duration) {
        return Math.clamp(duration.toMillis(), 1, Integer.MAX_VALUE);
    }

    BrokerConnection dial(String name) throws IOException, TimeoutException {
        AtomicReference<@Nullable Socket> socket = new AtomicReference<>();
        ConnectionFactory one = factory.clone();
        one.setSocketConfigurator(factory.getSocketConfigurator().andThen(socket::set));
        Connection connection = one.newConnection(name);
        Socket itsSocket = socket.get();
        if (itsSocket == null) {
            throw new IOException("the client connected without a socket");
        }
        return new BrokerConnection(connection, itsSocket);
    }

    /**
     * Tells whether what was refused will be again: a user, password, virtual host or exchange by the broker, or its
     * certificate by this side.
     */
    static boolean isFinal(Exception failure) {
        return failure instanceof WireFormatException
                || failure instanceof PossibleAuthenticationFailureException
                || (failure instanceof SSLException && failure.getCause() instanceof CertificateException)
                || (failure.getCause() instanceof ShutdownSignalException signal && Refused.codeOf(signal) == 530);
    }
}

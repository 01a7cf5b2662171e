package dev.towpath.redis;

import dev.towpath.waiting.Backoff;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Connects to one server, finds it by its sentinels where there are some, and logs in.
 *
 * <p>A failure is a {@link JedisConnectionException} if it makes sense to try again; that the server refuses user,
 * password or database is another {@link JedisDataException}.
 */
final class Connector {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final ServerAddress address;
    private final Settings settings;

    Connector(ServerAddress address, Settings settings) {
        this.address = address;
        this.settings = settings;
    }

    ServerAddress address() {
        return address;
    }

    Duration connectTimeout() {
        return settings.connectTimeout();
    }

    Duration commandTimeout() {
        return settings.commandTimeout();
    }

    /**
     * Gives the pauses between attempts to connect: up to 2 s, but no longer than a quarter of the time for a command,
     * so that who comes while another waits has time left for an attempt.
     */
    Backoff backoff() {
        long quarter = commandTimeout().toMillis() / 4;
        return new Backoff(FIRST_PAUSE, Duration.ofMillis(Math.clamp(quarter, 1, LONGEST_PAUSE.toMillis())));
    }

    /** Whether a thread that is interrupted while it reads or writes takes the connection with it. */
    boolean isHurtByInterrupts() {
        return address.socket() != null;
    }

    /** Opens a connection, which has then logged in, within the time for that or less. */
    RespConnection connect(long deadline) {
        long end = System.nanoTime() + Math.min(connectTimeout().toNanos(), Deadlines.left(deadline));
        if (address.masterName() == null) {
            return loggedIn(connection(end), end);
        }
        RespConnection master = loggedIn(network(master(address.masterName(), end), end), end);
        requireMaster(master);
        return master;
    }

    private RespConnection connection(long deadline) {
        if (address.socket() == null) {
            return network(address.hosts().getFirst(), deadline);
        }
        try {
            return new RespConnection(UnixSocket.connect(address.socket()));
        } catch (IOException e) {
            throw new JedisConnectionException("cannot connect to " + address + ": " + e.getMessage(), e);
        }
    }

    private RespConnection network(HostAndPort host, long deadline) {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            socket.connect(new InetSocketAddress(host.getHost(), host.getPort()), Deadlines.leftMillis(deadline));
            socket.setSoTimeout(Deadlines.leftMillis(deadline));
            return address.tls() ? new RespConnection(encrypted(socket, host), socket) : new RespConnection(socket);
        } catch (IOException e) {
            closeQuietly(socket, e);
            throw new JedisConnectionException("cannot connect to " + host + ": " + e.getMessage(), e);
        }
    }

    private Socket encrypted(Socket socket, HostAndPort host) throws IOException {
        SSLSocket encrypted =
                (SSLSocket) settings.tls().get().createSocket(socket, host.getHost(), host.getPort(), true);
        SSLParameters parameters = encrypted.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        encrypted.setSSLParameters(parameters);
        encrypted.startHandshake();
        return encrypted;
    }

    private static void closeQuietly(Socket socket, IOException reason) {
        try {
            socket.close();
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    private RespConnection loggedIn(RespConnection connection, long deadline) {
        try {
            connection.replyWithin(Deadlines.leftMillis(deadline));
            if (address.password() != null) {
                connection.ask(new Login(address.user(), address.password()).command());
            }
            if (address.database() != 0) {
                connection.ask(new CommandArguments(Command.SELECT).add(address.database()));
            }
            connection.ask(new CommandArguments(Command.PING)); // says so if it cannot serve yet
            return connection;
        } catch (JedisDataException e) {
            connection.close();
            throw Replies.isNotExecuted(e) ? new JedisConnectionException(e.getMessage(), e) : e;
        } catch (JedisConnectionException e) {
            connection.close();
            throw e;
        }
    }

    /** Asks one sentinel after the other where the master is. Each has its share of the time, and so has the master. */
    private HostAndPort master(String name, long deadline) {
        JedisConnectionException last = new JedisConnectionException("no sentinel of " + address + " knows " + name);
        int shares = address.hosts().size() + 1;
        for (HostAndPort sentinel : address.hosts()) {
            long end = System.nanoTime() + Deadlines.left(deadline) / shares--;
            try (RespConnection connection = network(sentinel, end)) {
                if (settings.sentinelLogin() != null) {
                    connection.ask(settings.sentinelLogin().command());
                }
                Object reply = connection.ask(new CommandArguments(Command.SENTINEL)
                        .add("get-master-addr-by-name")
                        .add(name));
                if (!Replies.isNil(reply)) {
                    List<Object> answer = Replies.list(reply);
                    return new HostAndPort(Replies.text(answer.get(0)), Integer.parseInt(Replies.text(answer.get(1))));
                }
            } catch (JedisConnectionException | JedisDataException e) {
                last.addSuppressed(e);
            }
        }
        throw last;
    }

    /** Sentinels may not have noticed yet that the master is one no more. */
    private void requireMaster(RespConnection connection) {
        try {
            String role = Replies.text(Replies.list(connection.ask(new CommandArguments(Command.ROLE)))
                    .getFirst());
            if (!role.equals("master")) {
                throw new JedisConnectionException(
                        "what the sentinels call the master of " + address + " is a " + role);
            }
        } catch (JedisConnectionException | JedisDataException e) {
            connection.close();
            throw new JedisConnectionException(e.getMessage(), e);
        }
    }
}

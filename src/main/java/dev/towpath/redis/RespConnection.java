package dev.towpath.redis;

import java.io.IOException;
import java.net.Socket;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.RedisInputStream;
import redis.clients.jedis.util.RedisOutputStream;

/**
 * Speaks with one server over one socket, and never opens another by itself.
 *
 * <p>One thread may write while another reads, and any may close. All failures of the connection are
 * {@link JedisConnectionException}s; what the server refuses is a {@link JedisDataException}.
 */
final class RespConnection implements AutoCloseable {
    private final Socket socket;
    private final Socket carrier;
    private final RedisOutputStream out;
    private final RedisInputStream in;

    RespConnection(Socket socket) {
        this(socket, socket);
    }

    /**
     * Creates a connection over a socket.
     *
     * @param carrier carries what the socket encrypts, and is closed in its place: that waits for whoever is stuck in
     * writing
     */
    RespConnection(Socket socket, Socket carrier) {
        try {
            this.socket = socket;
            this.carrier = carrier;
            this.out = new RedisOutputStream(socket.getOutputStream());
            this.in = new RedisInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new JedisConnectionException(e);
        }
    }

    /** Writes a command, and passes it on at once. */
    void write(CommandArguments command) {
        try {
            Protocol.sendCommand(out, command);
            out.flush();
        } catch (IOException e) {
            throw new JedisConnectionException(e);
        }
    }

    /** Waits for the next reply; one that says that a command was refused is returned too. */
    @SuppressWarnings("deprecation") // what replaces it is for servers that push, which these do not
    Object read() {
        try {
            Object reply = Protocol.read(in);
            return reply == null ? Replies.Nil.NIL : reply;
        } catch (JedisDataException e) {
            return e;
        }
    }

    /** Writes a command and waits for its reply. For connections that one thread has for itself. */
    Object ask(CommandArguments command) {
        write(command);
        Object reply = read();
        if (reply instanceof JedisDataException refusal) {
            throw refusal;
        }
        return reply;
    }

    /** Sets how long to wait for a reply; 0 for ever. After that the connection is of no use any more. */
    void replyWithin(int millis) {
        try {
            socket.setSoTimeout(millis);
        } catch (IOException e) {
            throw new JedisConnectionException(e);
        }
    }

    /** Closes the socket, under whoever reads or writes. */
    @Override
    public void close() {
        try {
            carrier.close();
        } catch (IOException e) {
            throw new JedisConnectionException(e);
        }
    }
}

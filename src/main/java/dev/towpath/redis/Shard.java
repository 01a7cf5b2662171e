package dev.towpath.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.towpath.BackendUnavailableException;
import dev.towpath.BackendUnavailableException.Outcome;
import dev.towpath.WireFormatException;
import dev.towpath.waiting.Backoff;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/**
 * Has things done by one of the servers of a layer.
 *
 * <p>What the server has certainly not done, it is asked again until the command's time is over; what it may have done,
 * only if doing it twice is the same as once. Everything throws {@link BackendUnavailableException},
 * {@link ServerMemoryException} if the server's memory is used up, and {@link WireFormatException} if it holds
 * something else than we do under a key.
 */
final class Shard implements AutoCloseable {
    /**
     * Who has been refused does not try again when less than this share of his time is left: an answer that came too
     * late would make unknown what is certain now.
     */
    private static final int LEAST_SHARE = 16;

    private static final Logger LOGGER = System.getLogger(Shard.class.getName());

    private final Connector connector;
    private final Pipeline pipeline;
    private final ServerClock clock;
    private final Runnable onReconnect;

    /** Whether there has been a connection before: the next is a new one. */
    private final AtomicBoolean known = new AtomicBoolean();

    private final AtomicBoolean looking = new AtomicBoolean();

    Shard(Connector connector, Runnable onReconnect) {
        this.connector = connector;
        this.onReconnect = onReconnect;
        this.pipeline = new Pipeline(connector, this::connected);
        this.clock = new ServerClock(
                connector.address().toString(), () -> repeat(new CommandArguments(Command.TIME), List.of()));
    }

    /** Connects for the first time, or throws. */
    void open() {
        long deadline = Deadlines.after(connector.connectTimeout());
        ask(new CommandArguments(Command.PING), 0, false, deadline);
        clock.measure();
        warnOfEviction();
    }

    private void warnOfEviction() {
        try {
            List<Object> answer = Replies.list(ask("CONFIG", "GET", "maxmemory-policy"));
            String policy = answer.isEmpty() ? "noeviction" : Replies.text(answer.getLast());
            if (!policy.equals("noeviction")) {
                LOGGER.log(
                        Level.WARNING,
                        "{0} may delete messages and groups when its memory is used up: its maxmemory-policy is {1},"
                                + " and should be noeviction",
                        connector.address(),
                        policy);
            }
        } catch (BackendUnavailableException e) {
            LOGGER.log(Level.DEBUG, "the maxmemory-policy of " + connector.address() + " cannot be read", e);
        }
    }

    /** What happens with every new connection but the first, apart from the commands on it. */
    private void connected() {
        if (known.getAndSet(true)) {
            Thread.ofVirtual().name("towpath-redis-reconnect").start(() -> {
                if (clockIsMeasured()) {
                    onReconnect.run();
                }
            });
        }
    }

    /** Measures the clock, unless the connection is lost again, or the layer has been closed. */
    private boolean clockIsMeasured() {
        try {
            clock.measure();
            return true;
        } catch (BackendUnavailableException | IllegalStateException e) {
            LOGGER.log(Level.DEBUG, "lost again: " + connector.address(), e);
            return false;
        }
    }

    /** Whether there is a connection for commands, as far as is known. */
    boolean isConnected() {
        return pipeline.isConnected();
    }

    /** Connects for commands if there is no connection, by a thread of its own, unless one is at it. */
    void lookAlive() {
        if (!isConnected() && looking.compareAndSet(false, true)) {
            Thread.ofVirtual().name("towpath-redis-look").start(() -> {
                try {
                    repeat(new CommandArguments(Command.PING), List.of());
                } catch (BackendUnavailableException | IllegalStateException e) {
                    LOGGER.log(Level.DEBUG, "away: " + connector.address(), e);
                } finally {
                    looking.set(false);
                }
            });
        }
    }

    ServerClock clock() {
        return clock;
    }

    Connector connector() {
        return connector;
    }

    /** Runs a script once. */
    Object run(Script script, List<byte[]> keys, List<byte[]> arguments) {
        return run(script, keys, arguments, false);
    }

    /** Runs a script that may be run twice. */
    Object repeat(Script script, List<byte[]> keys, List<byte[]> arguments) {
        return run(script, keys, arguments, true);
    }

    private Object run(Script script, List<byte[]> keys, List<byte[]> arguments, boolean repeatable) {
        long deadline = Deadlines.after(connector.commandTimeout());
        int bytes = length(keys) + length(arguments);
        try {
            try {
                return ask(command(Command.EVALSHA, script.digest(), keys, arguments), bytes, repeatable, deadline);
            } catch (JedisNoScriptException e) { // the server does not know it, or knows it no more, and has not run it
                bytes += script.text().length;
                return ask(command(Command.EVAL, script.text(), keys, arguments), bytes, repeatable, deadline);
            }
        } catch (JedisDataException e) {
            throw translate(e, keys);
        }
    }

    private static CommandArguments command(
            ProtocolCommand name, byte[] script, List<byte[]> keys, List<byte[]> arguments) {
        CommandArguments command = new CommandArguments(name).add(script).add(keys.size());
        keys.forEach(command::add);
        arguments.forEach(command::add);
        return command;
    }

    private static int length(List<byte[]> all) {
        long length = 0;
        for (byte[] each : all) {
            length += each.length;
        }
        return (int) Math.min(length, Integer.MAX_VALUE >> 1);
    }

    /** Gives a command that only asks, or does the same if it is done twice; arguments that are bytes are keys. */
    Object ask(String name, Object... arguments) {
        CommandArguments command = new CommandArguments(() -> name.getBytes(UTF_8));
        List<byte[]> keys = new ArrayList<>();
        for (Object argument : arguments) {
            command.add(argument);
            if (argument instanceof byte[] key) {
                keys.add(key);
            }
        }
        return repeat(command, keys);
    }

    private Object repeat(CommandArguments command, List<byte[]> keys) {
        try {
            return ask(command, 0, true, Deadlines.after(connector.commandTimeout()));
        } catch (JedisDataException e) {
            throw translate(e, keys);
        }
    }

    private Object ask(CommandArguments command, int bytes, boolean repeatable, long deadline) {
        Backoff backoff = connector.backoff();
        while (true) {
            try {
                return pipeline.ask(command, bytes, deadline);
            } catch (JedisDataException e) {
                if (!Replies.isNotExecuted(e)) {
                    throw e;
                }
                pipeline.reconnect();
                long left = Deadlines.left(deadline);
                if (left <= connector.commandTimeout().toNanos() / LEAST_SHARE) {
                    throw pipeline.unavailable(Outcome.NOT_SENT, e);
                }
                Deadlines.pass(Math.min(backoff.nextNanos(), left / 2));
            } catch (BackendUnavailableException e) {
                if (!repeatable || e.outcome() == Outcome.NOT_SENT || Deadlines.left(deadline) <= 0) {
                    throw e;
                }
            }
        }
    }

    private RuntimeException translate(JedisDataException refusal, List<byte[]> keys) {
        if (Replies.isOutOfMemory(refusal)) {
            return new ServerMemoryException(refusal);
        }
        if (Replies.isWrongType(refusal)) {
            return wrongType(keys, refusal);
        }
        return pipeline.unavailable(Outcome.UNKNOWN, refusal);
    }

    /** Says in the API's terms that the server has refused a command for reasons of its own. */
    BackendUnavailableException refused(JedisDataException refusal) {
        return pipeline.unavailable(Outcome.NOT_SENT, refusal);
    }

    /** Finds out which of some keys has something else than we keep there. */
    WireFormatException wrongType(List<byte[]> keys, JedisDataException refusal) {
        for (byte[] key : keys) {
            String type = Replies.text(ask("TYPE", key));
            if (!type.equals("none") && !type.equals(type(key))) {
                return new WireFormatException(new String(key, UTF_8), "a " + type, refusal);
            }
        }
        return new WireFormatException(names(keys), "something else", refusal);
    }

    /** What we keep under a key: only statistics have two colons, or end in their name. */
    private static String type(byte[] key) {
        String name = new String(key, UTF_8);
        return name.endsWith(":stats") || name.contains(":stats:") ? "hash" : "zset";
    }

    private static String names(List<byte[]> keys) {
        List<String> names = new ArrayList<>();
        keys.forEach(key -> names.add(new String(key, UTF_8)));
        return String.join(", ", names);
    }

    @Override
    public void close() {
        pipeline.close();
    }
}

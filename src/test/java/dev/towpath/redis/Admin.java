package dev.towpath.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.towpath.brokers.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import redis.clients.jedis.CommandArguments;

/** Asks a server directly, for tests that look at what is there or change it. Not thread-safe. */
final class Admin implements AutoCloseable {
    /** Makes everything under a prefix so much older. */
    private static final String ADVANCE = """
        local millis = tonumber(ARGV[2])
        for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
          if redis.call('TYPE', key)['ok'] == 'zset' then
            local all = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
            for i = 1, #all, 2 do redis.call('ZADD', key, all[i + 1] - millis / 1000, all[i]) end
            local left = redis.call('PTTL', key)
            if left >= 0 and left <= millis then redis.call('DEL', key) end
            if left > millis then redis.call('PEXPIRE', key, left - millis) end
          end
        end
        """;

    private final RespConnection connection;

    private Admin(RespConnection connection) {
        this.connection = connection;
    }

    static Admin of(int port) {
        try {
            Admin admin = new Admin(new RespConnection(Ports.connect(port)));
            admin.connection.replyWithin(60_000);
            return admin;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has one command done, and gives the reply as Jedis does. */
    Object ask(String name, Object... arguments) {
        CommandArguments command = new CommandArguments(() -> name.getBytes(UTF_8));
        Stream.of(arguments).forEach(command::add);
        return connection.ask(command);
    }

    String text(String name, Object... arguments) {
        return Replies.text(ask(name, arguments));
    }

    long number(String name, Object... arguments) {
        return Replies.number(ask(name, arguments));
    }

    List<String> texts(String name, Object... arguments) {
        return Replies.list(ask(name, arguments)).stream().map(Replies::text).toList();
    }

    /** Lets time pass for the messages and groups of a prefix. */
    void advance(String prefix, Duration time) {
        ask("EVAL", ADVANCE, 0, prefix + "*", time.toMillis());
    }

    @Override
    public void close() {
        connection.close();
    }
}

package dev.towpath.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.brokers.RedisBroker;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;

/** What an operator should know is in the log, once. */
class RedisWarningsTest {
    /** Holds what is warned of. */
    private static final class Warnings extends Handler {
        private final Logger logger;
        private final List<String> texts = new ArrayList<>();

        Warnings(Class<?> logging) {
            logger = Logger.getLogger(logging.getName());
            logger.addHandler(this);
        }

        @Override
        public void publish(LogRecord entry) {
            if (entry.getLevel().equals(Level.WARNING)) {
                texts.add(new SimpleFormatter().formatMessage(entry));
            }
        }

        @Override
        public void flush() {
            // nothing is held back
        }

        @Override
        public void close() {
            logger.removeHandler(this);
        }
    }

    @Test
    void ofAServerThatMayDeleteMessages() {
        Warnings warnings = new Warnings(Shard.class);
        try (RedisBroker broker = RedisBroker.start();
                Admin admin = Admin.of(broker.port())) {
            RedisLayer.open(broker.uri()).close();
            assertEquals(List.of(), warnings.texts);
            admin.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
            RedisLayer.open(broker.uri()).close();
            assertEquals(1, warnings.texts.size());
            assertTrue(warnings.texts.getFirst().contains("allkeys-lru"), warnings.texts.getFirst());
        } finally {
            warnings.close();
        }
    }

    @Test
    void ofAClockThatDiffers() {
        Warnings warnings = new Warnings(ServerClock.class);
        try {
            clock(0).measure();
            assertEquals(List.of(), warnings.texts);
            ServerClock ahead = clock(61);
            ahead.measure();
            assertEquals(1, warnings.texts.size());
            assertTrue(warnings.texts.getFirst().contains("redis://there"), warnings.texts.getFirst());
            assertEquals(61, ahead.now() - System.currentTimeMillis() / 1e3, 30);
        } finally {
            warnings.close();
        }
    }

    private static ServerClock clock(int secondsAhead) {
        return new ServerClock("redis://there", () -> {
            long millis = System.currentTimeMillis();
            return List.<Object>of(
                    Keys.bytes(Long.toString(millis / 1_000 + secondsAhead)),
                    Keys.bytes(Long.toString(millis % 1_000 * 1_000)));
        });
    }
}

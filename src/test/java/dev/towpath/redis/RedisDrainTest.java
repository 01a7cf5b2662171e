package dev.towpath.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.Receiver;
import dev.towpath.WireFormatException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A drain takes from many queues with few questions, and loses nothing whatever it meets there. */
class RedisDrainTest extends WithRedis {
    private static final Pattern SCRIPTS = Pattern.compile("cmdstat_evalsha:calls=(\\d+)");

    /** How many messages a drain takes with one question. */
    private static final int STEP = 128;

    private static String[] channels(int count) {
        return IntStream.range(0, count).mapToObj(i -> "c" + i).toArray(String[]::new);
    }

    private static int drain(Receiver receiver, List<String> seen, int limit) {
        return receiver.drain((channel, payload) -> seen.add(channel), limit);
    }

    private int scripts() {
        Matcher calls = SCRIPTS.matcher(admin.text("INFO", "commandstats"));
        return calls.find() ? Integer.parseInt(calls.group(1)) : 0;
    }

    @Test
    void oneQuestionIsForAllQueues() {
        try (RedisLayer layer = builder().open()) {
            Receiver receiver = layer.receiver(channels(100));
            for (String channel : receiver.channels()) {
                layer.send(channel, new byte[1]);
            }
            receiver.drain((channel, payload) -> {}, 0);
            List<String> seen = new ArrayList<>();
            int before = scripts();
            assertEquals(100, drain(receiver, seen, 1_000));
            assertEquals(1, scripts() - before);
            Collections.sort(seen);
            assertEquals(receiver.channels().stream().sorted().toList(), seen);
        }
    }

    @Test
    void itAsksAgainFromTheQueueOnThatMayHaveMore() {
        try (RedisLayer layer = builder().capacity(1_000).open()) {
            Receiver receiver = layer.receiver(channels(3));
            for (String channel : receiver.channels()) {
                assertEquals(200, layer.sender(channel).sendAll(Collections.nCopies(200, new byte[1])));
            }
            List<String> seen = new ArrayList<>();
            assertEquals(STEP + 10, drain(receiver, seen, STEP + 10));
            assertEquals(1, seen.stream().distinct().count());
            int before = scripts();
            assertEquals(600 - STEP - 10, drain(receiver, seen, Integer.MAX_VALUE));
            assertEquals(1 + (600 - STEP - 10) / STEP, scripts() - before);
            for (String channel : receiver.channels()) {
                assertEquals(200, Collections.frequency(seen, channel));
            }
        }
    }

    @Test
    void nothingIsLostIfAQueueIsSomethingElse() {
        try (RedisLayer layer = builder().open()) {
            layer.send("c0", new byte[1]);
            layer.send("c2", new byte[1]);
            admin.ask("SET", "asgic1", "something else");
            Receiver receiver = layer.receiver(channels(3));
            List<String> seen = new ArrayList<>();
            int errors = 0;
            for (int i = 0; i < 6; i++) {
                try {
                    drain(receiver, seen, 10);
                } catch (WireFormatException e) {
                    assertTrue(e.getMessage().contains("asgic1"), e.getMessage());
                    errors++;
                }
            }
            Collections.sort(seen);
            assertEquals(List.of("c0", "c2"), seen);
            assertTrue(errors > 0, "nobody was told");
        }
    }

    @Test
    void whatAHandlerThatThrowsHasNotSeenIsKept() {
        try (RedisLayer layer = builder().open()) {
            Receiver receiver = layer.receiver(channels(4));
            for (String channel : receiver.channels()) {
                layer.send(channel, new byte[1]);
                layer.send(channel, new byte[1]);
            }
            List<String> seen = new ArrayList<>();
            assertThrows(
                    IllegalStateException.class,
                    () -> receiver.drain(
                            (channel, payload) -> {
                                seen.add(channel);
                                if (seen.size() == 3) {
                                    throw new IllegalStateException("enough");
                                }
                            },
                            10));
            assertEquals(5, drain(receiver, seen, 10));
            for (String channel : receiver.channels()) {
                assertEquals(2, Collections.frequency(seen, channel));
            }
            assertNull(receiver.tryReceive());
        }
    }
}

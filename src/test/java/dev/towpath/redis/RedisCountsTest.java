package dev.towpath.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.towpath.ChannelFullException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a layer counts on the server is exact, is all that stays there, and is forgotten after an hour or two. */
class RedisCountsTest extends WithRedis {
    private static final Map<String, Object> HELLO = Map.of("type", "hello");

    @Test
    void nothingIsLeftOfWhatWasReceivedButCounts() throws InterruptedException {
        try (RedisLayer layer = builder().capacity(2).open()) {
            layer.send("a", HELLO);
            layer.send("x!y", HELLO);
            layer.receive("a");
            layer.receive("x!");
            layer.group("g").add("a");
            layer.group("g").discard("a");
            assertEquals(
                    List.of("asgi:stats", "asgi:stats:sent:"),
                    admin.texts("KEYS", "*").stream()
                            .map(key -> key.replaceFirst("[0-9]+$", ""))
                            .distinct()
                            .sorted()
                            .toList());
            layer.send("r?1", HELLO);
            layer.send("r?2", HELLO);
            assertEquals("2", admin.text("HGET", counts("sent"), "asgir?"));
        }
    }

    /** The key of what has been counted for queues in this hour. */
    private String counts(String what) {
        return admin.texts("KEYS", "asgi:stats:" + what + ":*").stream()
                .sorted()
                .toList()
                .getLast();
    }

    @Test
    void countsOfQueuesAreForgottenAnHourAfterThatOfTheLast() {
        try (RedisLayer layer = builder().open()) {
            layer.group("g").add("a");
            layer.group("g").send(HELLO);
            layer.send("a", HELLO);
            layer.send("b", HELLO);
            String counts = counts("sent");
            assertEquals(7_200, admin.number("TTL", counts), 60);
            int end = counts.lastIndexOf(':') + 1;
            String before = counts.substring(0, end) + (Long.parseLong(counts.substring(end)) - 1);
            admin.ask("RENAME", counts, before);
            assertEquals(2, layer.statistics("a").messagesCount());
            layer.group("g").send(HELLO);
            layer.send("a", HELLO);
            assertEquals(4, layer.statistics("a").messagesCount(), "what was counted before is not forgotten");
            assertEquals(1, layer.statistics("b").messagesCount());
            admin.ask("DEL", before); // as when another hour has passed
            assertEquals(4, layer.statistics("a").messagesCount());
            assertEquals(0, layer.statistics("b").messagesCount());
        }
    }

    @Test
    void countsAreExact() {
        try (RedisLayer layer = builder().capacity(3).open()) {
            layer.send("first", HELLO);
            layer.send("first", HELLO);
            layer.send("second", HELLO);
            assertEquals(2, layer.statistics("first").messagesCount());
            assertEquals(1, layer.statistics("second").messagesCount());
            assertEquals(3, layer.statistics().messagesCount());
            layer.send("second", HELLO);
            layer.send("second", HELLO);
            for (int i = 0; i < 4; i++) {
                assertThrows(ChannelFullException.class, () -> layer.send("second", HELLO));
            }
            assertEquals(4, layer.statistics("second").channelFullCount());
            assertEquals(0, layer.statistics("first").channelFullCount());
            assertEquals(4, layer.statistics().channelFullCount());
            assertEquals(5, layer.statistics().messagesCount());
        }
    }
}

package dev.towpath.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.BackendUnavailableException;
import dev.towpath.Background;
import dev.towpath.GroupSend;
import dev.towpath.brokers.RedisBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A user of the server with the rights that the README names, and no others, can do everything. */
@Timeout(60)
class RedisAccessTest {
    /** What the README gives the user. */
    private static Object[] rights() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("README.md"));
        int first = lines.indexOf("user towpath on >secret ~asgi* \\");
        assertTrue(first > 0, "the README names no rights");
        String rule = lines.get(first) + lines.get(first + 1) + lines.get(first + 2) + lines.get(first + 3);
        return Arrays.stream(rule.replace("\\", " ")
                        .replaceFirst("^user ", "SETUSER ")
                        .split(" +"))
                .toArray();
    }

    @Test
    void aUserWithTheseRightsCanDoEverything() throws Exception {
        try (RedisBroker broker = RedisBroker.start();
                Admin admin = Admin.of(broker.port())) {
            admin.ask("ACL", rights());
            String uri = "redis://towpath:secret@127.0.0.1:" + broker.port() + "/1";
            try (RedisLayer layer = RedisLayer.open(uri)) {
                useEverything(layer);
            }
            assertThrows(
                    BackendUnavailableException.class,
                    () -> RedisLayer.builder(uri).prefix("other").open().send("a", new byte[1]));
        }
    }

    private static void useEverything(RedisLayer layer) throws Exception {
        var receiving = Background.startVirtual(() -> layer.receive("a", "b")).awaitWaiting();
        layer.group("g").add("a");
        layer.group("g").add("x!y");
        assertEquals(new GroupSend(2, 0), layer.group("g").send(new byte[1]));
        assertNotNull(receiving.result());
        assertEquals(new GroupSend(2, 0), layer.group("g").send(new byte[1]), "to queues in which messages wait");
        assertEquals(2, layer.group("g").size());
        layer.group("g").discard("a");
        assertNotNull(layer.tryReceive("x!"));
        layer.sender(layer.newChannel("reply?")).sendAll(List.of(new byte[1], new byte[2]));
        assertEquals(4, layer.statistics().messagesPending());
        assertEquals(1, layer.statistics("a").messagesPending());
        assertEquals(1, layer.receiver("a").drain((channel, payload) -> {}, 10));
        assertFalse(layer.receive(Duration.ofMillis(1), "c") != null);
        layer.clear();
        assertEquals(0, layer.statistics().memberships());
    }
}

package dev.towpath.brokers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PythonPeerTest {
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofSeconds(30);

    private RedisBroker broker;
    private PythonPeer python;

    @BeforeEach
    void start() {
        broker = RedisBroker.start();
        python = PythonPeer.start();
        python.open("a", Map.of("hosts", List.of(broker.uri()), "capacity", 2));
        python.open("b", Map.of("hosts", List.of(broker.uri()), "prefix", "other"));
    }

    @AfterEach
    void stop() {
        python.close();
        broker.close();
    }

    @Test
    void itsLayersSendReceiveAndRefuse() {
        assertTrue(python.send("a", "one", Map.of("n", 1L, "bytes", new byte[] {-1, 0})));
        assertTrue(python.send("a", "one", Map.of("n", 2L)));
        assertFalse(python.send("a", "one", Map.of("n", 3L)));
        assertNull(python.receive("b", "one", SHORT));
        Map<String, Object> first = python.receive("a", "one", LONG);
        assertEquals(1L, first.get("n"));
        assertArrayEquals(new byte[] {-1, 0}, (byte[]) first.get("bytes"));
        assertEquals(List.of(Map.of("n", 2L)), python.drain("a", "one", SHORT));
    }

    @Test
    void itsLayersHaveGroups() {
        String channel = (String) python.ask("a", "new_channel");
        python.ask("a", "group_add", "group", "room", "channel", channel);
        python.ask("a", "group_send", "group", "room", "message", Map.of("n", 1L));
        assertEquals(Map.of("n", 1L), python.receive("a", channel, LONG));
    }

    @Test
    void whatFailsThereFailsHere() {
        AssertionError error = assertThrows(AssertionError.class, () -> python.send("a", "=bad", Map.of()));
        assertTrue(error.getMessage().contains("TypeError"), error::getMessage);
    }
}

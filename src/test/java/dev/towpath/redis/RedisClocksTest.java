package dev.towpath.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.Background;
import dev.towpath.Message;
import dev.towpath.UnreadableMessageException;
import dev.towpath.brokers.PythonPeer;
import dev.towpath.crypto.Fernet;
import dev.towpath.wire.MessagePackCodec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Programs in Python, with channels_redis itself, have clocks that are wrong by 61 seconds. They stamp their messages
 * with them, those that are encrypted twice.
 */
@Timeout(120)
class RedisClocksTest extends WithRedis {
    private static final int SKEW = 61;
    private static final List<String> KEYS = List.of("a key of not fewer than 32 bytes");
    private static final Map<String, Object> MESSAGE = Map.of("type", "late");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** At the beginning and at the end of a second, clocks that almost agree do not agree about which it is. */
    private static final int FEWEST_MICROS = 100_000;

    private static final int MOST_MICROS = 900_000;

    private static PythonPeer ahead;
    private static PythonPeer behind;

    private RedisLayer layer;

    @BeforeAll
    static void startPrograms() {
        ahead = PythonPeer.startWithClock(SKEW);
        behind = PythonPeer.startWithClock(-SKEW);
        for (PythonPeer each : List.of(ahead, behind)) {
            each.open("plain", Map.of("hosts", List.of(broker.uri())));
            each.open("encrypting", Map.of("hosts", List.of(broker.uri()), "symmetric_encryption_keys", KEYS));
        }
    }

    @AfterAll
    static void stopPrograms() {
        ahead.close();
        behind.close();
    }

    @AfterEach
    void closeLayer() {
        layer.close();
    }

    /** Opens a layer, and says how the programs call theirs. */
    private String open(boolean encrypting) {
        layer = builder().encryptionKeys(encrypting ? KEYS : List.of()).open();
        return encrypting ? "encrypting" : "plain";
    }

    /** Does something within one second of the server's clock: again, if it took until the next. */
    private <T> T withinOneSecond(Callable<T> action) throws Exception {
        while (true) {
            String second = admin.texts("TIME").getFirst();
            T result = action.call();
            List<String> end = admin.texts("TIME");
            if (end.getFirst().equals(second) && Integer.parseInt(end.getLast()) <= MOST_MICROS) {
                return result;
            }
            layer.clear();
        }
    }

    /** Gives what is received, or what is wrong with it. */
    private static @Nullable Object received(Callable<@Nullable Message> receiving) throws Exception {
        try {
            return receiving.call();
        } catch (UnreadableMessageException e) {
            return e;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsEncryptedMoreThanAMinuteAheadIsUnreadableAndNothingOfItIsLost(boolean waiting) throws Exception {
        String theirs = open(true);
        Object received = withinOneSecond(() -> waiting ? sentToWhoWaits(theirs) : sentBefore(theirs));
        UnreadableMessageException unreadable = assertInstanceOf(UnreadableMessageException.class, received);
        assertEquals("a", unreadable.channel());
        long theirSecond = Long.parseLong(admin.texts("TIME").getFirst()) + SKEW;
        assertEquals(
                MESSAGE, new MessagePackCodec().decode(Fernet.of(KEYS).decrypt(unreadable.bytes(), theirSecond, 60)));
        assertNull(layer.tryReceive("a"));
    }

    private @Nullable Object sentToWhoWaits(String theirs) throws Exception {
        var receiving = Background.startVirtual(() -> received(() -> layer.receive("a")))
                .awaitWaiting();
        assertTrue(ahead.send(theirs, "a", MESSAGE));
        return receiving.result();
    }

    private @Nullable Object sentBefore(String theirs) throws Exception {
        assertTrue(ahead.send(theirs, "a", MESSAGE));
        return received(() -> layer.tryReceive("a"));
    }

    @Test
    void whatIsEncryptedAMinuteAheadIsReadable() throws Exception {
        String theirs = open(true);
        assertTrue(ahead.send(theirs, "a", MESSAGE));
        String second = admin.texts("TIME").getFirst();
        Background.await(() -> {
            List<String> now = admin.texts("TIME");
            return !now.getFirst().equals(second) && Integer.parseInt(now.getLast()) >= FEWEST_MICROS;
        });
        assertEquals(MESSAGE, layer.tryReceive("a").map());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoIsAheadDeletesWhatWaitsAndComesAfterWhatIsSentLater(boolean encrypting) throws Exception {
        String theirs = open(encrypting);
        layer.send("a", Map.of("n", 1));
        assertTrue(ahead.send(theirs, "a", MESSAGE));
        layer.send("a", Map.of("n", 2));
        assertEquals(Map.of("n", 2L), layer.tryReceive("a").map());
        assertNotNull(received(() -> layer.tryReceive("a")));
        assertNull(layer.tryReceive("a"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoIsBehindSendsWhatHasExpired(boolean encrypting) {
        String theirs = open(encrypting);
        layer.send("a", Map.of("n", 1));
        assertTrue(behind.send(theirs, "a", MESSAGE));
        assertEquals(Map.of("n", 1L), layer.tryReceive("a").map());
        assertNull(layer.tryReceive("a"));
        assertEquals(1, layer.statistics().expiredCount());
    }

    @Test
    void whoIsAheadReadsWhatIsEncryptedHereAndWhoIsBehindCannot() throws Exception {
        String theirs = open(true);
        layer.send("a", MESSAGE);
        assertEquals(MESSAGE, ahead.receive(theirs, "a", PATIENCE));
        Object failure = withinOneSecond(() -> {
            layer.send("a", MESSAGE);
            try {
                return behind.receive(theirs, "a", PATIENCE);
            } catch (AssertionError e) {
                return e.getMessage();
            }
        });
        assertTrue(failure.toString().contains("InvalidToken"), failure::toString);
    }
}

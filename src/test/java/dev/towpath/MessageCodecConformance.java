package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Says what every codec does. The test of a codec extends this class. */
public abstract class MessageCodecConformance {
    /** Gives the codec that is tested. It reserves {@code __asgi_channel__}. */
    protected abstract MessageCodec codec();

    /** Sends a value there and back. */
    protected final Object roundTrip(Object value) {
        return codec().decode(codec().encode(Collections.singletonMap("v", value)))
                .get("v");
    }

    @Test
    void integersComeBackAsLongs() {
        assertEquals(1L, roundTrip((byte) 1));
        assertEquals(-2L, roundTrip((short) -2));
        assertEquals(3L, roundTrip(3));
        assertEquals(Long.MIN_VALUE, roundTrip(Long.MIN_VALUE));
        assertEquals(Long.MAX_VALUE, roundTrip(BigInteger.valueOf(Long.MAX_VALUE)));
        assertEquals(1L << 31, roundTrip(1L << 31));
    }

    @Test
    void floatingPointNumbersComeBackAsDoubles() {
        for (double number : new double[] {0.1, -0.0, Double.MIN_VALUE, Double.MAX_VALUE, 1e16, 1e-7}) {
            assertEquals(number, roundTrip(number));
        }
        assertEquals((double) 0.1f, roundTrip(0.1f));
        assertEquals(Double.NEGATIVE_INFINITY, roundTrip(Double.NEGATIVE_INFINITY));
        assertEquals(Double.POSITIVE_INFINITY, roundTrip(Float.POSITIVE_INFINITY));
        assertEquals(Double.NaN, roundTrip(Double.NaN));
    }

    @Test
    void textKeepsItsValueAtEveryDepth() {
        String text = "£ \ud83d\ude00 \0 \u001b \u007f \"\\/";
        assertEquals(List.of(Map.of(text, text)), roundTrip(List.of(Map.of(text, text))));
        assertEquals("", roundTrip(""));
    }

    @Test
    void mapsComeBackInTheOrderTheyWereSentAndMayBeChanged() {
        Map<String, Object> message = new LinkedHashMap<>();
        for (String key : List.of("z", "a", "", "m", "é")) {
            message.put(key, key);
        }
        Map<String, Object> received = codec().decode(codec().encode(message));
        assertInstanceOf(LinkedHashMap.class, received);
        assertEquals(new ArrayList<>(message.entrySet()), new ArrayList<>(received.entrySet()));
        received.put("more", 1);
        assertEquals(Map.of(), codec().decode(codec().encode(Map.of())));
    }

    @Test
    void arraysAndCollectionsComeBackAsListsThatMayBeChanged() {
        assertEquals(List.of(1L, 2L), roundTrip(new int[] {1, 2}));
        assertEquals(List.of(1L, 2L), roundTrip(new long[] {1, 2}));
        assertEquals(List.of(1L, 2L), roundTrip(new short[] {1, 2}));
        assertEquals(List.of(0.5, 2.0), roundTrip(new double[] {0.5, 2}));
        assertEquals(List.of(0.5, 2.0), roundTrip(new float[] {0.5f, 2}));
        assertEquals(List.of(true, false), roundTrip(new boolean[] {true, false}));
        assertEquals(List.of("a", List.of(1L)), roundTrip(new Object[] {"a", new Integer[] {1}}));
        assertEquals(Arrays.asList("a", null), roundTrip(new String[] {"a", null}));
        assertEquals(List.of("a", "b"), roundTrip(new ArrayDeque<>(List.of("a", "b"))));
        assertEquals(List.of(1L), roundTrip(new HashMap<>(Map.of("k", 1)).values()));
        List<Object> received = new ArrayList<>((List<?>) roundTrip(List.of()));
        received.add(1);
        assertEquals(1, received.size());
    }

    @Test
    void aMessageIsACopy() {
        List<Object> list = new ArrayList<>(List.of(1L));
        byte[] payload = codec().encode(Map.of("list", list));
        list.add(2L);
        assertEquals(Map.of("list", List.of(1L)), codec().decode(payload));
    }

    @Test
    void longMessagesSurvive() {
        String text = "é".repeat(1_000_000);
        String key = "k".repeat(200_000);
        assertEquals(Map.of("text", text, key, 1L), codec().decode(codec().encode(Map.of("text", text, key, 1))));
    }

    @Test
    void valuesThatAreNotAllowedAreRefusedWithTheirPath() {
        assertRefused("when: java.time.Instant is not allowed", Map.of("when", Instant.EPOCH));
        assertRefused(
                "headers[3].date: java.time.Instant",
                Map.of("headers", List.of(1, 2, Map.of(), Map.of("date", Instant.EPOCH))));
        assertRefused("a[0][1]: java.lang.Object", Map.of("a", List.of(Arrays.asList(null, new Object()))));
        assertRefused("a[0]: java.lang.Character", Map.of("a", new Object[] {'c'}));
        assertRefused("[\"b c\"]: java.math.BigDecimal", Map.of("b c", BigDecimal.ONE));
        assertRefused("c: [C is not allowed", Map.of("c", new char[] {'c'}));
        assertRefused("s: a set (", Map.of("s", Set.of(1)));
        assertRefused("keys: a set (", Map.of("keys", Map.of("k", 1).keySet()));
        assertRefused(
                "n[1]: an integer of 65 bits does not fit 64 bits",
                Map.of("n", List.of(1, BigInteger.ONE.shiftLeft(63))));
        assertRefused(
                "n: an integer of 65 bits",
                Map.of("n", BigInteger.ONE.shiftLeft(63).not().subtract(BigInteger.ONE)));
    }

    @Test
    void keysThatAreNotTextAreRefusedWithThePathOfTheirMap() {
        assertRefused("the message: a key must be a String, not java.lang.Integer 5", untyped(Map.of(5, 1)));
        assertRefused(
                "the message: a key must be a String, not java.lang.Integer 5", untyped(new TreeMap<>(Map.of(5, 1))));
        assertRefused("the message: a key must be a String, not null", untyped(Collections.singletonMap(null, 1)));
        assertRefused("a[1]: a key must be a String, not java.lang.Long 5", Map.of("a", List.of(0, Map.of(5L, 1))));
        assertRefused("a.b: a key must be a String, not [B", Map.of("a", Map.of("b", Map.of(new byte[0], 1))));
    }

    @Test
    void theReservedKeyIsRefusedAtTheTopAndNowhereElse() {
        assertRefused("__asgi_channel__: the key is reserved", Map.of("__asgi_channel__", "x"));
        assertEquals(Map.of("__asgi_channel__", 1L), roundTrip(Map.of("__asgi_channel__", 1)));
    }

    @Test
    void messagesAreNestedAtMost500Deep() {
        Object lists = "x";
        Object maps = "x";
        for (int i = 1; i < MessageCodec.MAX_DEPTH; i++) {
            lists = List.of(lists);
            maps = Map.of("m", maps);
        }
        assertEquals(lists, roundTrip(lists));
        assertEquals(maps, roundTrip(maps));
        assertRefused("it is nested deeper than 500", Map.of("v", List.of(lists)));
        assertRefused("it is nested deeper than 500", Map.of("v", Map.of("v", maps)));
        Object array = new int[] {1};
        for (int i = 1; i < MessageCodec.MAX_DEPTH; i++) {
            array = new Object[] {array};
        }
        assertRefused("it is nested deeper than 500", Map.of("v", array));
    }

    @Test
    void cyclesAreRefusedWhereTheyClose() {
        List<Object> list = new ArrayList<>(List.of(1));
        list.add(Map.of("again", list));
        assertRefused("loop[1].again: it contains itself", Map.of("loop", list));
        Object[] array = new Object[1];
        array[0] = array;
        assertRefused("loop[0]: it contains itself", Map.of("loop", array));
        Map<String, Object> map = new HashMap<>();
        map.put("me", map);
        assertRefused("me: it contains itself", map);
    }

    @Test
    void aValueMayOccurTwiceWithoutBeingACycle() {
        List<Object> twice = List.of(1L);
        assertEquals(List.of(twice, twice, List.of(twice)), roundTrip(List.of(twice, twice, List.of(twice))));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 30, 31, 32, 55, 56, 63, 64, 65, 700, 8_000, 50_000})
    void halfASurrogatePairIsRefusedWhereverItStands(int length) {
        for (String half : List.of("\ud83d", "\ude00", "\ude00\ud83d", "\ud83d\ud83d\ude00")) {
            for (String fill : List.of("a", "é")) {
                String padding = fill.repeat(length);
                for (String text : List.of(padding + half, half + padding, padding + half + padding)) {
                    assertRefused("t[1]: ", Map.of("t", List.of(0, text)));
                    assertRefused("urrogate", Map.of(text, 0));
                }
            }
        }
    }

    @Test
    void aRefusedMessageDoesNotSpoilTheNext() {
        assertRefused("a[0]", Map.of("a", List.of(new Object())));
        assertRefused("a[0]", Map.of("a", List.of("\ud83d")));
        assertEquals(1L, roundTrip(1));
    }

    @Test
    void nullsAreRefusedWithTheNameOfTheParameter() {
        assertEquals(
                "message",
                assertThrows(NullPointerException.class, () -> codec().encode(null))
                        .getMessage());
        assertEquals(
                "payload",
                assertThrows(NullPointerException.class, () -> codec().decode(null))
                        .getMessage());
    }

    /** Insists that bytes are refused, and that it is said why. */
    protected final void assertUnreadable(byte[] payload) {
        String why = assertThrows(IllegalArgumentException.class, () -> codec().decode(payload))
                .getMessage();
        assertFalse(why.isBlank());
    }

    private void assertRefused(String why, Map<String, ?> message) {
        String actual = assertThrows(IllegalArgumentException.class, () -> codec().encode(message), why)
                .getMessage();
        assertTrue(actual.contains(why), actual);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, ?> untyped(Map<?, ?> map) {
        return (Map<String, ?>) map;
    }

    @Test
    void whatIsCutShortOrGoesOnIsRefused() {
        byte[] message = codec().encode(Map.of("key", List.of("value", 1.5)));
        for (int i = 0; i < message.length; i++) {
            assertUnreadable(Arrays.copyOf(message, i));
        }
        assertUnreadable(Arrays.copyOf(message, message.length + 1));
    }

    /** Insists that bytes are refused before much memory is used for what they claim to be. */
    protected final void assertUnreadableAtNoCost(byte[] payload) {
        long before = allocatedBytes();
        assertUnreadable(payload);
        assertTrue(allocatedBytes() - before < 10_000_000);
    }

    private static long allocatedBytes() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getCurrentThreadAllocatedBytes();
    }
}

package dev.towpath.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.towpath.BinaryCodecConformance;
import dev.towpath.MessageCodec;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes here are those that Python's msgpack 1.0.3 wrote. */
class MessagePackCodecTest extends BinaryCodecConformance {
    private static final HexFormat HEX = HexFormat.of();

    private final MessagePackCodec codec = new MessagePackCodec(MessageCodec.RESERVED_KEY);

    @Override
    protected MessageCodec codec() {
        return codec;
    }

    private void assertEncoded(String expected, Map<String, ?> message) {
        assertEquals(expected, HEX.formatHex(codec.encode(message)));
        byte[] again = codec.encode(codec.decode(HEX.parseHex(expected)));
        assertEquals(expected, HEX.formatHex(again));
    }

    private static Map<String, Object> map(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }

    @Test
    void messagesAreWrittenAsPythonWritesThem() {
        assertEncoded("80", Map.of());
        assertEncoded("82a474797065a568656c6c6fa474657874a26869", map("type", "hello", "text", "hi"));
        assertEncoded("83a161c0a162c3a163c2", map("a", null, "b", true, "c", false));
        assertEncoded(
                "82a16c920192029103a16d81a16b81a17a01",
                map("l", List.of(1, List.of(2, List.of(3))), "m", Map.of("k", Map.of("z", 1))));
    }

    @Test
    void integersAreWrittenInTheirShortestForm() {
        List<Long> numbers = List.of(
                0L,
                127L,
                128L,
                255L,
                256L,
                65535L,
                65536L,
                (1L << 32) - 1,
                1L << 32,
                Long.MAX_VALUE,
                -1L,
                -32L,
                -33L,
                -128L,
                -129L,
                -32768L,
                -32769L,
                -(1L << 31),
                -(1L << 31) - 1,
                Long.MIN_VALUE);
        assertEncoded(
                "81a169dc0014007fcc80ccffcd0100cdffffce00010000ceffffffffcf0000000100000000cf7fffffffffffffff"
                        + "ffe0d0dfd080d1ff7fd18000d2ffff7fffd280000000d3ffffffff7fffffffd38000000000000000",
                map("i", numbers));
    }

    @Test
    void floatingPointNumbersAreWrittenAsDoubles() {
        assertEncoded(
                "81a16696cb0000000000000000cb8000000000000000cb3ff8000000000000cb3fb999999999999acb7ff0000000000000"
                        + "cb7ff8000000000000",
                map("f", List.of(0.0, -0.0, 1.5, 0.1, Double.POSITIVE_INFINITY, Double.NaN)));
    }

    @Test
    void textIsWrittenInUtf8() {
        assertEncoded(
                "81a17396a0bf" + "61".repeat(31) + "d920" + "61".repeat(32) + "a2c2a3a4f09f9880a100",
                map("s", List.of("", "a".repeat(31), "a".repeat(32), "£", "\ud83d\ude00", "\0")));
    }

    @ParameterizedTest
    @CsvSource({"255, d9ff", "256, da0100", "65535, daffff", "65536, db00010000"})
    void textOfAnyLengthStartsAsPythonStartsIt(int length, String start) {
        assertEncoded("81a173" + start + "61".repeat(length), map("s", "a".repeat(length)));
    }

    @ParameterizedTest
    @CsvSource({"0, c400", "255, c4ff", "256, c50100", "65535, c5ffff", "65536, c600010000"})
    void bytesOfAnyLengthStartAsPythonStartsThem(int length, String start) {
        assertEncoded("81a162" + start + "00".repeat(length), map("b", new byte[length]));
    }

    @ParameterizedTest
    @CsvSource({"15, 9f", "16, dc0010", "65535, dcffff", "65536, dd00010000"})
    void listsOfAnyLengthStartAsPythonStartsThem(int length, String start) {
        assertEncoded("81a16c" + start + "c0".repeat(length), map("l", Collections.nCopies(length, null)));
    }

    @ParameterizedTest
    @CsvSource({"15, 8f", "16, de0010", "65535, deffff", "65536, df00010000"})
    void mapsOfAnySizeStartAsPythonStartsThem(int size, String start) {
        Map<String, Object> message = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            message.put("key" + i, null);
        }
        assertEquals(start, HEX.formatHex(codec.encode(message)).substring(0, start.length()));
        assertEquals(message, codec.decode(codec.encode(message)));
    }

    @Test
    void shorterFloatsAndLongerFormsAreReadToo() {
        assertEquals(1.5, codec.decode(HEX.parseHex("81a166ca3fc00000")).get("f"));
        assertEquals(
                Map.of("i", List.of(5L, 5L, -5L, 5L), "s", "b"),
                codec.decode(HEX.parseHex("df00000002d90169dd00000004cf0000000000000005d300000000000000"
                        + "05d1fffbcc05da000173db0000000162")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8101a162", // a key that is an integer
                "81c40161a162", // a key that is bytes
                "81a161a1ff", // text that is not UTF-8
                "81a161a3eda080", // text with half a surrogate pair
                "81a161c1", // a code that is never used
                "81a161",
                "c0", // null
                "93010203", // a list
                "81a161cf8000000000000000", // an integer that does not fit
                "81a161d6ff00000000", // a time
                "81a161c70101ff", // another extension
                "80c0"
            })
    void whatNoMessageHoldsIsRefused(String encoded) {
        assertUnreadable(HEX.parseHex(encoded));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ddffffffff", "dfffffffff", "dbffffffff", "c6ffffffff", "dd7fffffff", "c67fffffff"})
    void lengthsThatArePureClaimsCostNoMemory(String claim) {
        assertUnreadableAtNoCost(HEX.parseHex("81a161" + claim));
        assertUnreadableAtNoCost(HEX.parseHex("81a161" + claim.repeat(10_000)));
    }

    @Test
    void depthThatIsPureClaimCostsNoStack() {
        assertUnreadable(HEX.parseHex("81a161" + "91".repeat(1_000_000)));
        assertUnreadable(HEX.parseHex("81a161".repeat(1_000_000)));
    }

    @Test
    void whatIsReadMayBeAsDeepAsWhatIsWritten() {
        String deep = "81a161" + "91".repeat(MessageCodec.MAX_DEPTH - 1) + "c0";
        assertEquals(deep, HEX.formatHex(codec.encode(codec.decode(HEX.parseHex(deep)))));
        assertUnreadable(HEX.parseHex("81a161" + "91".repeat(MessageCodec.MAX_DEPTH) + "c0"));
    }

    @Test
    void whatChangesWhileItIsSentIsRefused() {
        Map<String, Object> growing = new ConcurrentHashMap<>(Map.of("a", 1)) {
            private static final long serialVersionUID = 1L;

            @Override
            public int size() {
                return super.size() + 1;
            }
        };
        String why = assertThrows(IllegalArgumentException.class, () -> codec.encode(Map.of("m", growing)))
                .getMessage();
        assertEquals("m: it changed while it was sent: it had 2 elements, and then 1", why);
    }

    @Test
    void allReservedKeysAreRefused() {
        MessagePackCodec strict = new MessagePackCodec("one", "two");
        assertThrows(IllegalArgumentException.class, () -> strict.encode(Map.of("two", 1)));
        assertEquals(Map.of("three", 1L), strict.decode(strict.encode(Map.of("three", 1))));
    }
}

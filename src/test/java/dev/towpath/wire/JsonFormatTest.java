package dev.towpath.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFormatTest {
    private static final String KEY = Envelope.CHANNEL_KEY;

    private final EnvelopeFormat format = new JsonFormat(KEY);

    private static byte[] json(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(byte[] json) {
        return new String(json, UTF_8);
    }

    @Test
    void aMarkComesLast() {
        byte[] map = json("{\"k\": 1}");
        String oneName = "{\"k\": 1, \"__asgi_channel__\": \"x!y\"}";
        String names = "{\"k\": 1, \"__asgi_channel__\": [\"x!y\", \"x!z\"]}";
        assertEquals(oneName, text(format.marked(map, KEY, "x!y")));
        assertEquals(names, text(format.marked(map, KEY, List.of("x!y", "x!z"))));
        assertEquals("{\"__asgi_channel__\": \"x!y\"}", text(format.marked(json("{}"), KEY, "x!y")));
        for (String marked : List.of(oneName, names)) {
            Envelope envelope = format.open(json(marked));
            assertEquals("{\"k\": 1}", text(envelope.payload()));
            assertEquals("{\"k\": 1}", text(envelope.unmarked()));
            assertEquals("x!y", envelope.names(KEY).getFirst());
        }
    }

    @Test
    void aNameThatIsNoneOfOursSpoilsNothing() {
        List<String> names = List.of("x!\"], \"k\": [\"", "x!£\\");
        assertEquals(names, format.open(format.marked(json("{}"), KEY, names)).names(KEY));
    }

    @Test
    void aMarkMayStandAnywhereAndBeMissing() {
        Envelope first = format.open(json(" {\"__asgi_channel__\":\"x!y\",\"k\":\"£\"} "));
        assertEquals("{\"k\": \"\\u00a3\"}", text(first.payload()));
        assertEquals(List.of("x!y"), first.names(KEY));
        assertEquals(
                "{\"__asgi_channel__\": \"a!b\"}",
                text(format.marked(format.open(json("{ }")).unmarked(), KEY, "a!b")));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 100_000})
    void bytesTravelAsBase64(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (7 * i);
        }
        byte[] map = format.ofBytes(ByteBuffer.wrap(bytes));
        assertArrayEquals(bytes, format.open(map).payload());
        Envelope marked = format.open(format.marked(map, KEY, "a!b"));
        assertArrayEquals(bytes, marked.payload());
        assertEquals(text(map), text(marked.unmarked()));
    }

    @Test
    void theBytesOfAFewAreThoseThatWereWrittenDown() {
        assertEquals("{\"__towpath_bytes__\": \"/wA=\"}", text(format.ofBytes(ByteBuffer.wrap(new byte[] {-1, 0}))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"__towpath_bytes__\": \"no Base64\"}",
                "{\"__towpath_bytes__\": 1}",
                "{\"__towpath_bytes__\": \"/wA=\", \"more\": 1}"
            })
    void aMapWithOtherThanBytesStaysAMap(String map) {
        assertEquals(map, text(format.open(json(map)).payload()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{\"k\": 1", "{\"__asgi_channel__\": 1}", "{\"__asgi_channel__\": [1]}"})
    void whatIsNoMapOrHasABadMarkIsRefused(String map) {
        assertThrows(IllegalArgumentException.class, () -> format.open(json(map)));
    }
}

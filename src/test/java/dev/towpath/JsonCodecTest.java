package dev.towpath;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The text here is what Python's {@code json.dumps} writes, and {@code json.loads} reads. */
class JsonCodecTest extends MessageCodecConformance {
    @Override
    protected MessageCodec codec() {
        return MessageCodec.json();
    }

    private static byte[] json(String text) {
        return text.getBytes(UTF_8);
    }

    private void assertEncoded(String expected, Map<String, ?> message) {
        assertEquals(expected, new String(codec().encode(message), UTF_8));
        assertEquals(expected, new String(codec().encode(codec().decode(json(expected))), UTF_8));
    }

    @Test
    void messagesAreWrittenAsPythonWritesThem() {
        Map<String, Object> hello = new LinkedHashMap<>();
        hello.put("type", "hello");
        hello.put("text", "£");
        assertEncoded("{\"type\": \"hello\", \"text\": \"\\u00a3\"}", hello);
        assertEncoded("{}", Map.of());
        assertEncoded(
                "{\"l\": [null, true, 1, -1.5, [], {}, NaN, Infinity, -Infinity]}",
                Map.of(
                        "l",
                        Arrays.asList(
                                null,
                                true,
                                1,
                                -1.5,
                                List.of(),
                                Map.of(),
                                Double.NaN,
                                Double.POSITIVE_INFINITY,
                                Double.NEGATIVE_INFINITY)));
        assertEncoded(
                "{\"t\": \"\\ud83d\\ude00 \\n\\r\\t\\f\\b\\u0000\\u001b \\\"\\\\/\"}",
                Map.of("t", "\ud83d\ude00 \n\r\t\f\b\0\u001b \"\\/"));
    }

    @Test
    void jsonOfOtherWritersIsRead() {
        assertEquals(Map.of("k", List.of("£", 1e20, 2L)), codec().decode(json(" {\"k\"\n:[\"£\",1E+20 , 2]} \n")));
        assertEquals(Map.of("twice", 2L), codec().decode(json("{\"twice\":1,\"twice\":2}")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[1]",
                "\"text\"",
                "{} {}",
                "{}x",
                "{\"k\":}",
                "{\"k\":1,}",
                "{k:1}",
                "{'k':1}",
                "{\"k\":01}",
                "{\"k\":9223372036854775808}",
                "{\"k\":\"\\ud83d\"}",
                "{\"\\ude00\":1}",
                "{\"k\":\"\n\"}",
                "{\"k\":1 /* one */}"
            })
    void whatIsNotOneEncodedMessageIsRefused(String text) {
        assertUnreadable(json(text));
    }

    @Test
    void bytesAreRefusedWithTheirPath() {
        Map<String, ?> message = Map.of("a", List.of(Map.of("b", new byte[1])));
        String why = assertThrows(IllegalArgumentException.class, () -> codec().encode(message))
                .getMessage();
        assertEquals("a[0].b: JSON has no bytes: send them as text, such as Base64", why);
    }

    @Test
    void numbersAndDepthThatArePureClaimsCostNothing() {
        assertUnreadableAtNoCost(json("{\"k\":" + "1".repeat(100_000) + "}"));
        assertUnreadable(json("{\"k\":" + "[".repeat(1_000_000)));
        assertUnreadable(json("{\"k\":".repeat(1_000_000)));
    }
}

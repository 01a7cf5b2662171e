package dev.towpath;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Provide;

class JsonCodecProperties extends MessageCodecProperties {
    @Override
    protected MessageCodec codec() {
        return MessageCodec.json();
    }

    @Provide
    @Override
    protected Arbitrary<Map<String, Object>> messages() {
        return TestMessages.messagesWithoutBytes();
    }

    @Provide
    @Override
    protected Arbitrary<String> starts() {
        return Arbitraries.of("{", "{\"k\":", "{\"k\": [", "\ufeff{", "\0{").map(JsonCodecProperties::hex);
    }

    /** Makes keys, starts and ends, numbers and escapes. */
    @Override
    protected Arbitrary<String> frequentTokens() {
        return Arbitraries.of(
                        "\"k\":",
                        "\"a\"",
                        "\"",
                        "\\u00a3",
                        "\\ud83d",
                        "\\n",
                        "{",
                        "}",
                        "[",
                        "]",
                        ",",
                        ":",
                        " ",
                        "0",
                        "17",
                        "-",
                        ".",
                        "e5",
                        "1e999",
                        "9223372036854775807",
                        "true",
                        "null",
                        "NaN",
                        "-Infinity",
                        "£",
                        "\n")
                .map(JsonCodecProperties::hex);
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }
}

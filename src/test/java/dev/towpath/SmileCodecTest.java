package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmileCodecTest extends BinaryCodecConformance {
    @Override
    protected MessageCodec codec() {
        return MessageCodec.smile();
    }

    @Test
    void theBytesOfAMessageAreThoseOfTheSpecification() {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("text", "£");
        message.put("n", 1L);
        message.put("bytes", new byte[] {1, (byte) 0xff});
        message.put("list", Arrays.asList(null, true));
        String expected = "3a290a04" // header: version 0, raw binary, nothing shared
                + "fa"
                + ("8374657874" + "80c2a3") // short keys and texts carry their length in the token
                + ("806e" + "c2") // small integers too, in zigzag
                + ("846279746573" + "fd82" + "01ff") // raw bytes
                + ("836c697374" + "f8" + "21" + "23" + "f9")
                + "fb";
        assertEquals(expected, HexFormat.of().formatHex(codec().encode(message)));
    }

    @Test
    void whatIsNotOneEncodedMessageIsRefused() {
        assertUnreadable(new byte[0]);
        assertUnreadable("hello".getBytes(StandardCharsets.UTF_8));
        assertUnreadable("{\"json\": 1}".getBytes(StandardCharsets.UTF_8));
        assertUnreadable(smile("c2"));
        assertUnreadable(smile("f8f9"));
        assertUnreadable(smile("fafb" + "ff"));
        assertUnreadable(smile("fafb" + "3a290a04" + "fafb"));
    }

    @Test
    void numbersThatFitNoTypeOfOursAreRefused() {
        assertUnreadable(smile("fa" + "806e" + "26" + "89" + "010000000000000000" + "00" + "fb"));
        assertUnreadable(smile("fa" + "806e" + "2a" + "80" + "81" + "0001" + "fb"));
    }

    @Test
    void messagesOfOtherWritersOfSmileAreRead() {
        byte[] sharedNamesAndTexts = HexFormat.of()
                .parseHex("3a290a03" + "fa" + "806b" + "f8" + "fa" + "40" + "4176" + "65" + "fb" + "01" + "f9" + "fb");
        assertEquals(Map.of("k", List.of(Map.of("k", "ve"), "ve")), codec().decode(sharedNamesAndTexts));
        byte[] sevenBitBinaryAndFloat = HexFormat.of()
                .parseHex("3a290a00" + "fa" + "8062" + "e8" + "81" + "7f01" + "8066" + "28" + "037c000000" + "fb");
        Map<String, Object> received = codec().decode(sevenBitBinaryAndFloat);
        assertArrayEquals(new byte[] {(byte) 0xff}, (byte[]) received.get("b"));
        assertEquals(1.0, received.get("f"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fa8062" + "fd" + "0f7f7f7fbf", // raw bytes, two thousand million of them
                "fa8062" + "fd" + "7f7f7f7fbf", // and a length that overflows
                "fa8062" + "e8" + "0f7f7f7fbf", // the same for bytes in groups of seven bits
                "fa8062" + "e8" + "7f7f7f7fbf",
                "fa8062" + "26" + "0f7f7f7fbf", // integers
                "fa8062" + "26" + "7f7f7f7fbf",
                "fa8062" + "2a" + "80" + "0f7f7f7fbf", // decimals
                "fa8062" + "2a" + "0f7f7f7fbf" + "8101",
                "fa8062" + "e0", // text without end
                "fa34"
            })
    void lengthsThatArePureClaimsCostNoMemory(String document) {
        byte[] payload = smile(document);
        assertUnreadableAtNoCost(payload);
    }

    @Test
    void depthThatIsPureClaimCostsNoStack() {
        assertUnreadable(smile("fa8061" + "f8".repeat(1_000_000)));
        assertUnreadable(smile("fa8061".repeat(1_000_000)));
    }

    private static byte[] smile(String document) {
        return HexFormat.of().parseHex("3a290a04" + document);
    }
}

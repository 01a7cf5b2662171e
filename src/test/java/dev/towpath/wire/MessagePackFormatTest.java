package dev.towpath.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessagePackFormatTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final String HELLO = "82a474797065a568656c6c6fa474657874a26869";

    private final MessagePackCodec codec = new MessagePackCodec();
    private final EnvelopeFormat format = new MessagePackFormat(Envelope.CHANNEL_KEY, Envelope.GROUP_KEY);

    private Envelope open(String map) {
        return format.open(HEX.parseHex(map));
    }

    private String payload(String map) {
        return HEX.formatHex(open(map).payload());
    }

    @Test
    void aMarkedMessageHasTheBytesThatPythonWrites() {
        byte[] hello = HEX.parseHex(HELLO);
        String oneName = "83a474797065a568656c6c6fa474657874a26869b05f5f617367695f6368616e6e656c5f5f"
                + "b073706563696669632e61626321646566";
        String names = "83a474797065a568656c6c6fa474657874a26869b05f5f617367695f6368616e6e656c5f5f"
                + "92b073706563696669632e61626321646566b073706563696669632e61626321676869";
        assertEquals(oneName, HEX.formatHex(format.marked(hello, Envelope.CHANNEL_KEY, "specific.abc!def")));
        assertEquals(
                names,
                HEX.formatHex(
                        format.marked(hello, Envelope.CHANNEL_KEY, List.of("specific.abc!def", "specific.abc!ghi"))));
        assertEquals(HELLO, payload(oneName));
        assertEquals(List.of("specific.abc!def"), open(oneName).names(Envelope.CHANNEL_KEY));
        assertEquals(HELLO, payload(names));
        assertEquals(
                List.of("specific.abc!def", "specific.abc!ghi"), open(names).names(Envelope.CHANNEL_KEY));
    }

    @Test
    void theMarksOfRabbitMqHaveTheBytesThatWereCaptured() {
        String direct = "85a474797065a161a16e01a162c402ff00a174a2c2a3b05f5f617367695f6368616e6e656c5f5fd922"
                + "6368616e6e656c735f5169706357766c7444456976214c63555465487a477a50474e";
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("type", "a");
        message.put("n", 1);
        message.put("b", new byte[] {(byte) 0xff, 0});
        message.put("t", "£");
        byte[] map = codec.encode(message);
        assertEquals(
                direct, HEX.formatHex(format.marked(map, Envelope.CHANNEL_KEY, "channels_QipcWvltDEiv!LcUTeHzGzPGN")));
        String group = "82a474797065a167ae5f5f617367695f67726f75705f5fa4726f6f6d";
        byte[] toGroup = codec.encode(Map.of("type", "g"));
        assertEquals(group, HEX.formatHex(format.marked(toGroup, Envelope.GROUP_KEY, "room")));
        assertEquals(List.of("room"), open(group).names(Envelope.GROUP_KEY));
        assertEquals(List.of(), open(group).names(Envelope.CHANNEL_KEY));
        assertEquals("81a474797065a167", payload(group));
    }

    @Test
    void aMarkMayStandAnywhere() {
        String first = "82b05f5f617367695f6368616e6e656c5f5fa3782179" + "a16101";
        assertEquals("81a16101", payload(first));
        assertEquals(List.of("x!y"), open(first).names(Envelope.CHANNEL_KEY));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 14, 15, 16, 65_534, 65_535, 65_536})
    void mapsOfAnySizeAreMarkedAndOpened(int size) {
        Map<String, Object> message = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            message.put("key" + i, (long) i);
        }
        byte[] map = codec.encode(message);
        Map<String, Object> withMark = new LinkedHashMap<>(message);
        withMark.put(Envelope.CHANNEL_KEY, "a!b");
        byte[] marked = format.marked(map, Envelope.CHANNEL_KEY, "a!b");
        assertEquals(HEX.formatHex(codec.encode(withMark)), HEX.formatHex(marked));
        assertEquals(HEX.formatHex(map), payload(HEX.formatHex(marked)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255, 256, 65_535, 65_536})
    void bytesTravelAsTheOnlyEntryOfAMap(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 7);
        byte[] map = format.ofBytes(ByteBuffer.wrap(bytes));
        assertEquals(HEX.formatHex(codec.encode(Map.of(Envelope.BYTES_KEY, bytes))), HEX.formatHex(map));
        assertEquals(HEX.formatHex(bytes), payload(HEX.formatHex(map)));
        byte[] marked = format.marked(map, Envelope.CHANNEL_KEY, "a!b");
        assertEquals(HEX.formatHex(bytes), payload(HEX.formatHex(marked)));
    }

    @Test
    void aMapWithMoreThanBytesStaysAMap() {
        for (Map<String, ?> message : List.<Map<String, ?>>of(
                Map.of(Envelope.BYTES_KEY, "text"), Map.of(Envelope.BYTES_KEY, new byte[1], "more", 1), Map.of())) {
            String map = HEX.formatHex(codec.encode(message));
            assertEquals(map, payload(map));
        }
    }

    @Test
    void valuesThatNoMessageHoldsArePassedOver() {
        String withHugeInteger = "81a161cfffffffffffffffff";
        assertEquals(withHugeInteger, payload(withHugeInteger));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "c0",
                "93010203",
                "8101a162",
                "81a161",
                "80c0",
                "81b05f5f617367695f6368616e6e656c5f5f01",
                "81b05f5f617367695f6368616e6e656c5f5f9201a161",
                "81a161dbffffffff",
                "81a161ddffffffff"
            })
    void whatIsNoMapOrHasABadMarkIsRefused(String map) {
        assertThrows(IllegalArgumentException.class, () -> open(map));
    }
}

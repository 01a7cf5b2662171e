package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Sends random messages there and back, and random bytes back only. */
class MessageCodecProperties {
    private static final byte[] HEADER = HexFormat.of().parseHex("3a290a04");

    private final MessageCodec codec = MessageCodec.smile();

    @Property
    void whatIsSentComesBack(@ForAll("messages") Map<String, Object> message) {
        Map<String, Object> received = codec.decode(codec.encode(message));
        assertEquals(TestMessages.sent(message), TestMessages.received(received));
    }

    @Property
    void whatCameBackCanBeSentAgain(@ForAll("messages") Map<String, Object> message) {
        byte[] payload = codec.encode(message);
        byte[] again = codec.encode(codec.decode(payload));
        assertEquals(HexFormat.of().formatHex(payload), HexFormat.of().formatHex(again));
    }

    @Property
    void aMessageCutShortIsRefused(@ForAll("messages") Map<String, Object> message, @ForAll int cut) {
        byte[] payload = codec.encode(message);
        byte[] part = Arrays.copyOf(payload, Math.floorMod(cut, payload.length));
        assertThrows(IllegalArgumentException.class, () -> codec.decode(part));
    }

    @Property
    void aMessageThatGoesOnIsRefused(@ForAll("messages") Map<String, Object> message, @ForAll("bytes") byte[] more) {
        byte[] payload = concatenated(codec.encode(message), more, new byte[1]);
        assertThrows(IllegalArgumentException.class, () -> codec.decode(payload));
    }

    @Property
    void aMessageWithSomeBytesSpoiltIsReadOrRefused(
            @ForAll("messages") Map<String, Object> message, @ForAll List<Integer> places, @ForAll byte value) {
        byte[] payload = codec.encode(message);
        for (int place : places) {
            payload[Math.floorMod(place, payload.length)] ^= (byte) (value | 1);
        }
        assertReadOrRefused(payload);
    }

    @Property
    void randomBytesAreReadOrRefused(@ForAll("bytes") byte[] bytes) {
        assertReadOrRefused(bytes);
        assertReadOrRefused(concatenated(HEADER, bytes));
    }

    @Property(tries = 3000)
    void randomTokensAreReadOrRefused(@ForAll("tokens") List<String> tokens, @ForAll("headers") String header) {
        assertReadOrRefused(HexFormat.of().parseHex(header + "fa" + String.join("", tokens)));
    }

    private void assertReadOrRefused(byte[] payload) {
        try {
            TestMessages.received(codec.decode(payload));
        } catch (IllegalArgumentException expected) {
            assertEquals(IllegalArgumentException.class, expected.getClass());
        }
    }

    private static byte[] concatenated(byte[]... parts) {
        byte[] whole = {};
        for (byte[] part : parts) {
            int length = whole.length;
            whole = Arrays.copyOf(whole, length + part.length);
            System.arraycopy(part, 0, whole, length, part.length);
        }
        return whole;
    }

    @Provide
    Arbitrary<Map<String, Object>> messages() {
        return TestMessages.messages();
    }

    @Provide
    Arbitrary<byte[]> bytes() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(60);
    }

    @Provide
    Arbitrary<String> headers() {
        return Arbitraries.integers().between(0, 255).map(flags -> "3a290a" + hex(flags));
    }

    /** Makes keys, starts and ends, references, numbers and lengths of all sizes, and any other byte. */
    @Provide
    Arbitrary<List<String>> tokens() {
        Arbitrary<String> frequent = Arbitraries.of(
                "806b",
                "8061",
                "8178c3",
                "20",
                "21",
                "22",
                "23",
                "c2",
                "fa",
                "fb",
                "f8",
                "f9",
                "01",
                "40",
                "41",
                "30",
                "3100",
                "ec01",
                "fc",
                "24",
                "25",
                "26",
                "28",
                "29",
                "2a",
                "e0",
                "e4",
                "e8",
                "fd",
                "34",
                "0f7f7f7fbf",
                "7f7f7f7fbf",
                "80",
                "81",
                "bf",
                "01bf");
        Arbitrary<String> any = Arbitraries.integers().between(0, 255).map(MessageCodecProperties::hex);
        return Arbitraries.frequencyOf(Tuple.of(5, frequent), Tuple.of(1, any))
                .list()
                .ofMaxSize(30);
    }

    private static String hex(int value) {
        return HexFormat.of().toHexDigits((byte) value);
    }
}

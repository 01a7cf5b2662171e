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

/** Sends random messages there and back, and random bytes back only. The test of a codec extends this class. */
public abstract class MessageCodecProperties {
    /** Gives the codec that is tested. */
    protected abstract MessageCodec codec();

    /** Makes the starts of messages, in hex: they are followed by random tokens. */
    protected abstract Arbitrary<String> starts();

    /** Makes the tokens that a message of this encoding consists of, in hex. */
    protected abstract Arbitrary<String> frequentTokens();

    @Property
    void whatIsSentComesBack(@ForAll("messages") Map<String, Object> message) {
        Map<String, Object> received = codec().decode(codec().encode(message));
        assertEquals(TestMessages.sent(message), TestMessages.received(received));
    }

    @Property
    void whatCameBackCanBeSentAgain(@ForAll("messages") Map<String, Object> message) {
        byte[] payload = codec().encode(message);
        byte[] again = codec().encode(codec().decode(payload));
        assertEquals(HexFormat.of().formatHex(payload), HexFormat.of().formatHex(again));
    }

    @Property
    void aMessageCutShortIsRefused(@ForAll("messages") Map<String, Object> message, @ForAll int cut) {
        byte[] payload = codec().encode(message);
        byte[] part = Arrays.copyOf(payload, Math.floorMod(cut, payload.length));
        assertThrows(IllegalArgumentException.class, () -> codec().decode(part));
    }

    @Property
    void aMessageThatGoesOnIsRefused(@ForAll("messages") Map<String, Object> message, @ForAll("bytes") byte[] more) {
        byte[] payload = concatenated(codec().encode(message), more, new byte[1]);
        assertThrows(IllegalArgumentException.class, () -> codec().decode(payload));
    }

    @Property
    void aMessageWithSomeBytesSpoiltIsReadOrRefused(
            @ForAll("messages") Map<String, Object> message, @ForAll List<Integer> places, @ForAll byte value) {
        byte[] payload = codec().encode(message);
        for (int place : places) {
            payload[Math.floorMod(place, payload.length)] ^= (byte) (value | 1);
        }
        assertReadOrRefused(payload);
    }

    @Property
    void randomBytesAreReadOrRefused(@ForAll("bytes") byte[] bytes) {
        assertReadOrRefused(bytes);
    }

    @Property(tries = 3000)
    void randomTokensAreReadOrRefused(@ForAll("tokens") List<String> tokens, @ForAll("starts") String start) {
        assertReadOrRefused(HexFormat.of().parseHex(start + String.join("", tokens)));
    }

    private void assertReadOrRefused(byte[] payload) {
        try {
            TestMessages.received(codec().decode(payload));
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

    /** Makes messages that this encoding can carry. */
    @Provide
    protected Arbitrary<Map<String, Object>> messages() {
        return TestMessages.messages();
    }

    @Provide
    Arbitrary<byte[]> bytes() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(60);
    }

    @Provide
    Arbitrary<List<String>> tokens() {
        Arbitrary<String> any = Arbitraries.integers().between(0, 255).map(MessageCodecProperties::hex);
        return Arbitraries.frequencyOf(Tuple.of(5, frequentTokens()), Tuple.of(1, any))
                .list()
                .ofMaxSize(30);
    }

    /** Writes a byte. */
    protected static String hex(int value) {
        return HexFormat.of().toHexDigits((byte) value);
    }
}

package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Says what every codec does whose format has bytes, and numbers in binary. */
public abstract class BinaryCodecConformance extends MessageCodecConformance {
    @Test
    void floatingPointNumbersKeepTheirBits() {
        long oddNan = 0x7ff0_0000_dead_beefL;
        for (long bits : new long[] {oddNan, 0x8000_0000_0000_0000L, 1L, 0x7ff0_0000_0000_0000L}) {
            assertEquals(bits, Double.doubleToRawLongBits((Double) roundTrip(Double.longBitsToDouble(bits))));
        }
    }

    @Test
    void bytesKeepTheirTypeAndValueAtEveryDepth() {
        byte[] notText = {(byte) 0xc3, 0x28, 0, 7, (byte) 0xff};
        Map<?, ?> inner = (Map<?, ?>) ((List<?>) roundTrip(List.of(Map.of("bytes", notText)))).get(0);
        assertArrayEquals(notText, assertInstanceOf(byte[].class, inner.get("bytes")));
        byte[] looksLikeText = "text".getBytes(StandardCharsets.UTF_8);
        assertArrayEquals(looksLikeText, assertInstanceOf(byte[].class, roundTrip(looksLikeText)));
        assertArrayEquals(new byte[0], assertInstanceOf(byte[].class, roundTrip(new byte[0])));
    }

    @Test
    void bytesAreCopied() {
        byte[] bytes = {1};
        byte[] payload = codec().encode(Map.of("bytes", bytes));
        bytes[0] = 2;
        assertArrayEquals(new byte[] {1}, (byte[]) codec().decode(payload).get("bytes"));
    }

    @Test
    void manyBytesSurvive() {
        byte[] bytes = new byte[3_000_000];
        Arrays.fill(bytes, (byte) 0xfb);
        assertArrayEquals(bytes, (byte[]) roundTrip(bytes));
    }
}

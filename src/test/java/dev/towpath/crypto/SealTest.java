package dev.towpath.crypto;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class SealTest {
    private static final byte[] PLAIN = "attack at dawn".getBytes(US_ASCII);
    private static final byte[] ORDERS = "channel:asgi:orders".getBytes(US_ASCII);
    private static final byte[] OTHERS = "channel:asgi:others".getBytes(US_ASCII);

    /** By the HKDF and AESGCM of the Python package cryptography. */
    private static final String BY_PYTHON = "000102030405060708090a0b" + "0c0d0e0f1011121314151617"
            + "52b3f278d043871e88ca0e3ea229" + "3efa7ca3cdf5d449d5745031ea1b92ca";

    private final Seal seal = Seal.of(List.of("schlüssel"));

    @Test
    void whatFollowsTheDescriptionOpens() {
        assertArrayEquals(PLAIN, seal.open(HexFormat.of().parseHex(BY_PYTHON), 0, ORDERS));
    }

    @Test
    void theBytesBeforeAreLeftFree() {
        byte[] sealed = seal.seal(PLAIN, ORDERS, 5);
        assertEquals(5 + PLAIN.length + Seal.OVERHEAD_BYTES, sealed.length);
        assertArrayEquals(new byte[5], Arrays.copyOf(sealed, 5));
        assertArrayEquals(PLAIN, seal.open(sealed, 5, ORDERS));
    }

    @Test
    void anotherContextDoesNotOpen() {
        byte[] sealed = seal.seal(PLAIN, ORDERS, 0);
        String message = assertThrows(IllegalArgumentException.class, () -> seal.open(sealed, 0, OTHERS))
                .getMessage();
        assertEquals("none of the keys opens it, or it was sent elsewhere: tried 1", message);
    }

    @Test
    void theFirstKeySealsAndAllOpen() {
        byte[] old = seal.seal(PLAIN, ORDERS, 0);
        Seal both = Seal.of(List.of("new", "schlüssel"));
        assertArrayEquals(PLAIN, both.open(old, 0, ORDERS));
        byte[] recent = both.seal(PLAIN, ORDERS, 0);
        assertArrayEquals(PLAIN, Seal.of(List.of("new")).open(recent, 0, ORDERS));
        assertThrows(IllegalArgumentException.class, () -> seal.open(recent, 0, ORDERS));
    }

    @Test
    void everyChangedBitIsFound() {
        byte[] sealed = seal.seal(PLAIN, ORDERS, 0);
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThrows(IllegalArgumentException.class, () -> seal.open(changed, 0, ORDERS), "bit " + bit);
        }
    }

    @Test
    void everyBeginningIsRefused() {
        byte[] sealed = seal.seal(PLAIN, ORDERS, 0);
        for (int length = 0; length < sealed.length; length++) {
            byte[] beginning = Arrays.copyOf(sealed, length);
            assertThrows(IllegalArgumentException.class, () -> seal.open(beginning, 0, ORDERS), "" + length);
        }
    }

    @Test
    void equalBytesAreSealedDifferentlyEachTime() {
        byte[] first = seal.seal(PLAIN, ORDERS, 0);
        byte[] second = seal.seal(PLAIN, ORDERS, 0);
        for (int part = 0; part + 12 <= first.length; part += 12) {
            assertEquals(-1, indexOf(first, Arrays.copyOfRange(second, part, part + 12)));
        }
    }

    @Test
    void thereMustBeAKey() {
        assertThrows(IllegalArgumentException.class, () -> Seal.of(List.of()));
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        return new String(bytes, ISO_8859_1).indexOf(new String(part, ISO_8859_1));
    }
}

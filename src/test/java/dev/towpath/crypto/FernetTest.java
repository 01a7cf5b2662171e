package dev.towpath.crypto;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tokens were made by the Python package cryptography, with the keys that channels_redis makes of these texts. */
class FernetTest {
    private static final long MADE_AT = 1_700_000_000L;
    private static final long LONGEST = 70;

    private static final byte[] IV = hex("000102030405060708090a0b0c0d0e0f");
    private static final byte[] HELLO = hex("82a474797065a568656c6c6fa474657874a26869");
    private static final String BY_TEST =
            "gAAAAABlU_EAAAECAwQFBgcICQoLDA0OD586PRYCpsvlTXLZ-NUQnKCWYnOKjqbyKxqnKdj1ME78ju1o1JCs"
                    + "6hmrd4z92pnZI2kN8uuYw09iOST8Gj2B4Zw=";
    private static final String BY_OLD =
            "gAAAAABlU_EAAAECAwQFBgcICQoLDA0OD2spTb--dGiZhoedlm8p47BUOTOtI9eez1oFs9lo0clhNsSXHiJZ"
                    + "fl7Ha4FXPu9oicBG-3_YxyiwIOXA_gFRl18=";

    private final Fernet test = Fernet.of(List.of("test"));

    @Test
    void tokensAreThoseOfPythonByteByByte() {
        assertEquals(BY_TEST, ascii(test.encrypt(HELLO, MADE_AT, IV)));
        assertEquals(BY_OLD, ascii(Fernet.of(List.of("old", "test")).encrypt(HELLO, MADE_AT, IV)));
    }

    @Test
    void tokensOfPythonAreDecryptedByAnyOfTheKeys() {
        assertArrayEquals(HELLO, decrypt(test, BY_TEST, MADE_AT));
        Fernet rotated = Fernet.of(List.of("new", "test", "old"));
        assertArrayEquals(HELLO, decrypt(rotated, BY_TEST, MADE_AT));
        assertArrayEquals(HELLO, decrypt(rotated, BY_OLD, MADE_AT));
    }

    @Test
    void anotherKeyDoesNotDecrypt() {
        assertInvalid("none of the keys opens it: tried 2", Fernet.of(List.of("new", "old")), BY_TEST, MADE_AT);
    }

    @Test
    void tokensAreValidFromSixtySecondsBeforeTheirTimeToTheirAge() {
        assertArrayEquals(HELLO, decrypt(test, BY_TEST, MADE_AT + LONGEST));
        assertArrayEquals(HELLO, decrypt(test, BY_TEST, MADE_AT - 60));
        String rule =
                "it was encrypted at second 1700000000, and is valid now, at %d, only if that was at most 70 s ago"
                        + " and not more than 60 s ahead";
        assertInvalid(rule.formatted(MADE_AT + LONGEST + 1), test, BY_TEST, MADE_AT + LONGEST + 1);
        assertInvalid(rule.formatted(MADE_AT - 61), test, BY_TEST, MADE_AT - 61);
    }

    @Test
    void everyChangedBitIsFound() {
        byte[] raw = Base64.getUrlDecoder().decode(BY_TEST);
        for (int bit = 0; bit < raw.length * 8; bit++) {
            byte[] changed = raw.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            byte[] token = Base64.getUrlEncoder().encode(changed);
            assertThrows(IllegalArgumentException.class, () -> test.decrypt(token, MADE_AT, LONGEST), "bit " + bit);
        }
    }

    @Test
    void everyBeginningIsInvalid() {
        for (int length = 0; length < BY_TEST.length() - 1; length++) {
            byte[] token = BY_TEST.substring(0, length).getBytes(US_ASCII);
            assertThrows(IllegalArgumentException.class, () -> test.decrypt(token, MADE_AT, LONGEST), "" + length);
        }
    }

    @Test
    void whatIsNoTokenSaysSo() {
        assertInvalid("it is not a Fernet token", test, "", MADE_AT);
        assertInvalid("it is not a Fernet token", test, "A".repeat(120), MADE_AT);
        assertThrows(IllegalArgumentException.class, () -> test.decrypt(HELLO, MADE_AT, LONGEST));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 31, 32, 200, 1 << 20})
    void bytesOfAnyLengthComeBack(int length) {
        byte[] plain = new byte[length];
        new Random(length).nextBytes(plain);
        byte[] token = test.encrypt(plain, MADE_AT);
        int padded = (length / 16 + 1) * 16;
        assertEquals((57 + padded + 2) / 3 * 4, token.length);
        assertArrayEquals(plain, test.decrypt(token, MADE_AT, LONGEST));
    }

    @Test
    void noTwoTokensAreEqualAndNoneShowsTheBytes() {
        byte[] plain = "attack at dawn, attack at dawn".getBytes(US_ASCII);
        byte[] first = test.encrypt(plain, MADE_AT);
        assertFalse(Arrays.equals(first, test.encrypt(plain, MADE_AT)));
        String raw = new String(Base64.getUrlDecoder().decode(first), ISO_8859_1);
        assertFalse(raw.contains("attack"));
    }

    @Test
    void keysMayBeAnyText() {
        Fernet fernet = Fernet.of(List.of("schlüssel 🗝"));
        assertArrayEquals(HELLO, fernet.decrypt(fernet.encrypt(HELLO, MADE_AT), MADE_AT, LONGEST));
    }

    @Test
    void thereMustBeAKey() {
        String message = assertThrows(IllegalArgumentException.class, () -> Fernet.of(List.of()))
                .getMessage();
        assertTrue(message.contains("at least one"), message);
    }

    private static void assertInvalid(String message, Fernet fernet, String token, long now) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> decrypt(fernet, token, now))
                        .getMessage());
    }

    private static byte[] decrypt(Fernet fernet, String token, long now) {
        return fernet.decrypt(token.getBytes(US_ASCII), now, LONGEST);
    }

    private static String ascii(byte[] bytes) {
        return new String(bytes, US_ASCII);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}

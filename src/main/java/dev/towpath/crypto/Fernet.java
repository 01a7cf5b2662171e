package dev.towpath.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts bytes into <a href="https://github.com/fernet/spec/blob/master/Spec.md">Fernet</a> tokens and back, as the
 * layers that are written in Python do.
 *
 * <p>The first key encrypts; each key is tried to decrypt. A key is any text: of the SHA-256 of its UTF-8, the first
 * half signs and the second half encrypts.
 *
 * <table>
 * <caption>A token, before it is written in the URL-safe alphabet of Base64 with padding</caption>
 * <tr><th>bytes</th><th>content</th></tr>
 * <tr><td>0</td><td>0x80, the version</td></tr>
 * <tr><td>1–8</td><td>seconds since 1970 of the encryption, big-endian</td></tr>
 * <tr><td>9–24</td><td>random bytes: the initialization vector</td></tr>
 * <tr><td>25–</td><td>the bytes, with PKCS #7 padding, in AES-128-CBC</td></tr>
 * <tr><td>last 32</td><td>HMAC-SHA256 of all that stands before</td></tr>
 * </table>
 *
 * <p>Thread-safe.
 */
public final class Fernet {

    /** How far in the future the encryption may have been, for clocks that differ. */
    static final int MAX_SKEW_SECONDS = 60;

    private static final byte VERSION = (byte) 0x80;
    private static final int IV_AT = 1 + Long.BYTES;
    private static final int IV_BYTES = 16;
    private static final int BLOCK_BYTES = 16;
    private static final int SIGNATURE_BYTES = 32;
    private static final int SHORTEST = IV_AT + IV_BYTES + BLOCK_BYTES + SIGNATURE_BYTES;

    private final SecureRandom random = new SecureRandom();
    private final List<Key> keys;

    private record Key(SecretKeySpec signing, SecretKeySpec encryption) {

        static Key of(String secret) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
                return new Key(
                        new SecretKeySpec(digest, 0, 16, "HmacSHA256"), new SecretKeySpec(digest, 16, 16, "AES"));
            } catch (GeneralSecurityException e) {
                throw Algorithms.missing(e);
            }
        }

        byte[] sign(byte[] token, int length) throws GeneralSecurityException {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(signing);
            mac.update(token, 0, length);
            return mac.doFinal();
        }

        Cipher cipher(int mode, byte[] iv, int at) throws GeneralSecurityException {
            Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding"); // Java's name for what is PKCS #7
            cipher.init(mode, encryption, new IvParameterSpec(iv, at, IV_BYTES));
            return cipher;
        }
    }

    private Fernet(List<Key> keys) {
        this.keys = keys;
    }

    /**
     * Takes the keys.
     *
     * @param secrets the keys, at least one; the first encrypts, all decrypt
     * @return what encrypts and decrypts with them
     */
    public static Fernet of(List<String> secrets) {
        if (secrets.isEmpty()) {
            throw new IllegalArgumentException("bad keys []: there must be at least one");
        }
        return new Fernet(secrets.stream().map(Key::of).toList());
    }

    /**
     * Encrypts.
     *
     * @param plain the bytes, which are not kept
     * @param unixSeconds the time now, in seconds since 1970
     * @return a new token, in ASCII
     */
    public byte[] encrypt(byte[] plain, long unixSeconds) {
        byte[] iv = new byte[IV_BYTES];
        random.nextBytes(iv);
        return encrypt(plain, unixSeconds, iv);
    }

    /** Encrypts with the given initialization vector, for tests. */
    byte[] encrypt(byte[] plain, long unixSeconds, byte[] iv) {
        Key key = keys.getFirst();
        int signed = IV_AT + IV_BYTES + (plain.length / BLOCK_BYTES + 1) * BLOCK_BYTES;
        byte[] token = new byte[signed + SIGNATURE_BYTES];
        ByteBuffer.wrap(token).put(VERSION).putLong(unixSeconds).put(iv);
        try {
            key.cipher(Cipher.ENCRYPT_MODE, iv, 0).doFinal(plain, 0, plain.length, token, IV_AT + IV_BYTES);
            System.arraycopy(key.sign(token, signed), 0, token, signed, SIGNATURE_BYTES);
        } catch (GeneralSecurityException e) {
            throw Algorithms.missing(e);
        }
        return Base64.getUrlEncoder().encode(token);
    }

    /**
     * Decrypts.
     *
     * @param token the token, in ASCII, which is not kept
     * @param unixSeconds the time now, in seconds since 1970
     * @param longestSeconds how long ago the encryption may have been
     * @return the bytes, a new array
     * @throws IllegalArgumentException if it is not a token, or too old, or from the future, or if none of the keys
     *     made it; it says which
     */
    public byte[] decrypt(byte[] token, long unixSeconds, long longestSeconds) {
        byte[] raw = Base64.getUrlDecoder().decode(token);
        if (raw.length < SHORTEST || raw[0] != VERSION) {
            throw new IllegalArgumentException("it is not a Fernet token");
        }
        requireInTime(ByteBuffer.wrap(raw).getLong(1), unixSeconds, longestSeconds);
        int signed = raw.length - SIGNATURE_BYTES;
        byte[] signature = Arrays.copyOfRange(raw, signed, raw.length);
        for (Key key : keys) {
            try {
                if (MessageDigest.isEqual(signature, key.sign(raw, signed))) {
                    return key.cipher(Cipher.DECRYPT_MODE, raw, IV_AT)
                            .doFinal(raw, IV_AT + IV_BYTES, signed - IV_AT - IV_BYTES);
                }
            } catch (GeneralSecurityException e) {
                throw new IllegalArgumentException("it is signed, but not encrypted as a Fernet token is", e);
            }
        }
        throw new IllegalArgumentException("none of the keys opens it: tried " + keys.size());
    }

    private static void requireInTime(long made, long now, long longest) {
        if (made < now - longest || made > now + MAX_SKEW_SECONDS) {
            throw new IllegalArgumentException("it was encrypted at second " + Long.toUnsignedString(made)
                    + ", and is valid now, at " + now + ", only if that was at most " + longest
                    + " s ago and not more than "
                    + MAX_SKEW_SECONDS + " s ahead");
        }
    }
}

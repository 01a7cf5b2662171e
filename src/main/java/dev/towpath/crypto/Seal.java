package dev.towpath.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts bytes with AES-256-GCM and opens them again, each time under a key of their own.
 *
 * <p>The first secret encrypts; each secret is tried to open. A context, which both sides know and which is not stored,
 * is authenticated too: bytes that were sealed in one context do not open in another.
 *
 * <table>
 * <caption>Sealed bytes</caption>
 * <tr><th>bytes</th><th>content</th></tr>
 * <tr><td>0–11</td><td>random bytes, from which the key is derived</td></tr>
 * <tr><td>12–23</td><td>random bytes: the initialization vector</td></tr>
 * <tr><td>24–</td><td>the bytes in AES-256-GCM, as many as there were</td></tr>
 * <tr><td>last 16</td><td>the tag, over the bytes and the context</td></tr>
 * </table>
 *
 * <p>Keys are derived by HKDF (RFC 5869) with SHA-256: extracted from the UTF-8 of the secret, once; expanded with the
 * first random bytes as part of the information, for each message. AES-GCM under one key is safe for 2<sup>32</sup>
 * random vectors, which are an hour's messages here; key and vector together are 192 random bits, which no number of
 * messages exhausts. A secret is not stretched: it must be hard to guess.
 *
 * <p>Thread-safe.
 */
public final class Seal {

    /** By how many bytes sealed bytes are longer. */
    public static final int OVERHEAD_BYTES = 40;

    private static final int SALT_BYTES = 12;
    private static final int IV_BYTES = 12;
    private static final int SEALED_AT = SALT_BYTES + IV_BYTES;
    private static final int TAG_BITS = 128;
    private static final byte[] EXTRACTION = "dev.towpath".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EXPANSION = "AES-256-GCM".getBytes(StandardCharsets.US_ASCII);
    private static final byte FIRST_BLOCK = 1;

    private final SecureRandom random = new SecureRandom();
    private final List<SecretKeySpec> keys;

    private Seal(List<SecretKeySpec> keys) {
        this.keys = keys;
    }

    /**
     * Takes the secrets.
     *
     * @param secrets the secrets, at least one; the first encrypts, all open
     * @return what seals and opens with them
     */
    public static Seal of(List<String> secrets) {
        if (secrets.isEmpty()) {
            throw new IllegalArgumentException("bad keys []: there must be at least one");
        }
        return new Seal(secrets.stream().map(Seal::extract).toList());
    }

    /** HKDF's first step: a key from which keys are derived. */
    private static SecretKeySpec extract(String secret) {
        try {
            Mac mac = hmac(new SecretKeySpec(EXTRACTION, "HmacSHA256"));
            return new SecretKeySpec(mac.doFinal(secret.getBytes(StandardCharsets.UTF_8)), "HmacSHA256");
        } catch (GeneralSecurityException e) {
            throw Algorithms.missing(e);
        }
    }

    /** HKDF's second step: its first block, which is as long as the key has to be. */
    private static SecretKeySpec expand(SecretKeySpec key, byte[] sealed) throws GeneralSecurityException {
        Mac mac = hmac(key);
        mac.update(EXPANSION);
        mac.update(sealed, 0, SALT_BYTES);
        mac.update(FIRST_BLOCK);
        return new SecretKeySpec(mac.doFinal(), "AES");
    }

    private static Mac hmac(SecretKeySpec key) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(key);
        return mac;
    }

    /**
     * Seals bytes.
     *
     * @param plain the bytes, which are not kept
     * @param context what they belong to
     * @param offset how many bytes to leave free before the sealed ones
     * @return a new array: so many zeros, and the sealed bytes
     */
    public byte[] seal(byte[] plain, byte[] context, int offset) {
        byte[] nonce = new byte[SEALED_AT];
        random.nextBytes(nonce);
        byte[] sealed = new byte[offset + plain.length + OVERHEAD_BYTES];
        System.arraycopy(nonce, 0, sealed, offset, nonce.length);
        try {
            cipher(Cipher.ENCRYPT_MODE, keys.getFirst(), nonce, context)
                    .doFinal(plain, 0, plain.length, sealed, offset + SEALED_AT);
        } catch (GeneralSecurityException e) {
            throw Algorithms.missing(e);
        }
        return sealed;
    }

    /**
     * Opens sealed bytes.
     *
     * @param sealed the sealed bytes, which are not kept
     * @param offset where in the array they begin
     * @param context what they belong to
     * @return the bytes, a new array
     * @throws IllegalArgumentException if they were not sealed in this context with one of the secrets
     */
    public byte[] open(byte[] sealed, int offset, byte[] context) {
        int length = sealed.length - offset - SEALED_AT;
        if (length < OVERHEAD_BYTES - SEALED_AT) {
            throw new IllegalArgumentException("it is too short to be encrypted");
        }
        byte[] nonce = new byte[SEALED_AT];
        System.arraycopy(sealed, offset, nonce, 0, nonce.length);
        AEADBadTagException lastFailure = null;
        for (SecretKeySpec key : keys) {
            try {
                return cipher(Cipher.DECRYPT_MODE, key, nonce, context).doFinal(sealed, offset + SEALED_AT, length);
            } catch (AEADBadTagException e) {
                lastFailure = e;
            } catch (GeneralSecurityException e) {
                throw Algorithms.missing(e);
            }
        }
        throw new IllegalArgumentException(
                "none of the keys opens it, or it was sent elsewhere: tried " + keys.size(), lastFailure);
    }

    private static Cipher cipher(int mode, SecretKeySpec key, byte[] nonce, byte[] context)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, expand(key, nonce), new GCMParameterSpec(TAG_BITS, nonce, SALT_BYTES, IV_BYTES));
        cipher.updateAAD(context);
        return cipher;
    }
}

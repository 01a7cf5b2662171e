package dev.towpath.shm.structure;

import dev.towpath.shm.memory.CorruptedRegion;
import dev.towpath.shm.memory.Words;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A name of up to 99 characters out of 67, packed ten characters to a word.
 *
 * <p>Packed names take 80 bytes instead of 99, are compared a word at a time, and cannot spell anything illegal: a word
 * that no name packs to is found when it is unpacked. In base 68 a character is a digit from 1 to 67, and 0 fills up
 * behind the last one; 68<sup>10</sup> is less than 2<sup>63</sup>.
 *
 * <p>Immutable.
 */
public final class Name {

    /** Words in a packed name. */
    public static final int WORDS = 10;

    /** The longest name. */
    public static final int MAX_LENGTH = 99;

    private static final int CHARACTERS_PER_WORD = 10;
    private static final String ALPHABET = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz!?";
    private static final int BASE = ALPHABET.length() + 1;
    private static final byte[] DIGITS = digits();
    private static final long LIMIT = limit();

    private final long[] words;

    private Name(long[] words) {
        this.words = words;
    }

    /**
     * Packs a name.
     *
     * @param ascii the characters
     * @return the packed name
     * @throws IllegalArgumentException if it is too long or has other characters
     */
    public static Name of(byte[] ascii) {
        if (ascii.length == 0 || ascii.length > MAX_LENGTH) {
            throw new IllegalArgumentException("a name has 1 to 99 characters, not " + ascii.length);
        }
        long[] words = new long[WORDS];
        for (int i = 0; i < WORDS; i++) {
            long word = 0;
            for (int j = i * CHARACTERS_PER_WORD; j < (i + 1) * CHARACTERS_PER_WORD; j++) {
                word = word * BASE + (j < ascii.length ? digit(ascii[j]) : 0);
            }
            words[i] = word;
        }
        return new Name(words);
    }

    /**
     * Packs a name that was read from the region.
     *
     * @param ascii the characters
     * @return the packed name
     * @throws CorruptedRegion if it is too long or has other characters
     */
    public static Name stored(byte[] ascii) {
        try {
            return of(ascii);
        } catch (IllegalArgumentException e) {
            throw new CorruptedRegion("a message says that it was sent to a name that is none: " + e.getMessage());
        }
    }

    /** Reads a packed name. */
    static Name read(Words memory, long offset) {
        long[] words = new long[WORDS];
        for (int i = 0; i < WORDS; i++) {
            words[i] = memory.get(offset + (long) i * Long.BYTES);
        }
        return new Name(words);
    }

    /** Writes this name where nobody reads yet. */
    void write(Words memory, long offset) {
        for (int i = 0; i < WORDS; i++) {
            memory.set(offset + (long) i * Long.BYTES, words[i]);
        }
    }

    /** Whether this name stands there; the answer counts only if the record was not recycled meanwhile. */
    boolean equalsAt(Words memory, long offset) {
        for (int i = 0; i < WORDS; i++) {
            if (memory.get(offset + (long) i * Long.BYTES) != words[i]) {
                return false;
            }
        }
        return true;
    }

    /** Hashes this name with a seed (Stafford's variant 13 of the MurmurHash3 finalizer, chained over the words). */
    long hash(long seed) {
        long hash = seed;
        for (long word : words) {
            hash = mix(hash ^ word);
        }
        return hash;
    }

    static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /**
     * Unpacks the name.
     *
     * @return its characters
     * @throws CorruptedRegion if no name packs to this
     */
    public byte[] ascii() {
        byte[] characters = new byte[WORDS * CHARACTERS_PER_WORD];
        for (int i = 0; i < WORDS; i++) {
            long word = words[i];
            if (word < 0 || word >= LIMIT) {
                throw new CorruptedRegion("a name contains the word " + word);
            }
            for (int j = (i + 1) * CHARACTERS_PER_WORD - 1; j >= i * CHARACTERS_PER_WORD; j--) {
                int digit = (int) (word % BASE);
                characters[j] = digit == 0 ? 0 : (byte) ALPHABET.charAt(digit - 1);
                word /= BASE;
            }
        }
        return Arrays.copyOf(characters, length(characters));
    }

    /**
     * Tells what kind of queue has this name.
     *
     * @return whether it ends in '!', so that messages carry full names
     */
    public boolean endsInMark() {
        byte[] characters = ascii();
        return characters[characters.length - 1] == '!';
    }

    /**
     * Tells what kind of queue has this name.
     *
     * @return whether it has a '?', so that only one reader is meant to know it
     */
    public boolean isSingleReader() {
        for (byte character : ascii()) {
            if (character == '?') {
                return true;
            }
        }
        return false;
    }

    private static int length(byte[] characters) {
        int length = 0;
        while (length < characters.length && characters[length] != 0) {
            length++;
        }
        for (int i = length; i < characters.length; i++) {
            if (characters[i] != 0) {
                throw new CorruptedRegion("a name has a gap at " + length);
            }
        }
        if (length == 0 || length > MAX_LENGTH) {
            throw new CorruptedRegion("a name has " + length + " characters");
        }
        return length;
    }

    private static int digit(byte character) {
        int digit = character < 0 ? 0 : DIGITS[character];
        if (digit == 0) {
            throw new IllegalArgumentException("a name cannot contain the byte " + character);
        }
        return digit;
    }

    private static byte[] digits() {
        byte[] digits = new byte[128];
        for (int i = 0; i < ALPHABET.length(); i++) {
            digits[ALPHABET.charAt(i)] = (byte) (i + 1);
        }
        return digits;
    }

    private static long limit() {
        long limit = 1;
        for (int i = 0; i < CHARACTERS_PER_WORD; i++) {
            limit *= BASE;
        }
        return limit;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Name name && Arrays.equals(words, name.words);
    }

    @Override
    public int hashCode() {
        return (int) hash(0);
    }

    @Override
    public String toString() {
        return new String(ascii(), StandardCharsets.US_ASCII);
    }
}

package dev.towpath.shm.structure;

/**
 * The encoding of a message's {@code life} word: when it expires, how its payload is stored, how long that is.
 *
 * <table>
 * <caption>Bits of a life word</caption>
 * <tr><th>bits</th><th>field</th></tr>
 * <tr><td>63–26</td><td>deadline, in milliseconds since the region was created (8.7 years)</td></tr>
 * <tr><td>25–24</td><td>kind of payload</td></tr>
 * <tr><td>23–0</td><td>length in bytes</td></tr>
 * </table>
 */
public final class Life {

    /** The longest payload, in bytes. */
    public static final int MAX_LENGTH = (1 << 24) - 1;

    /** The last deadline. */
    public static final long MAX_DEADLINE_MILLIS = (1L << 38) - 1;

    /** Kind: the payload is in the message's own block. */
    public static final int INLINE = 0;

    /** Kind: the payload is in parts, the first of which the message's own block names. */
    public static final int PARTS = 1;

    /** Kind: the payload belongs to a fan-out, which the message's own block names. */
    public static final int SHARED = 2;

    private static final int DEADLINE_SHIFT = 26;
    private static final int KIND_SHIFT = 24;

    private Life() {}

    /**
     * Encodes.
     *
     * @param deadlineMillis when the message expires, 0 to {@link #MAX_DEADLINE_MILLIS}
     * @param kind how the payload is stored
     * @param length bytes of payload, 0 to {@link #MAX_LENGTH}
     * @return the word
     */
    public static long of(long deadlineMillis, int kind, int length) {
        return (deadlineMillis << DEADLINE_SHIFT) | ((long) kind << KIND_SHIFT) | length;
    }

    /**
     * Extracts the deadline.
     *
     * @param life a life word
     * @return milliseconds since the region was created
     */
    public static long deadlineMillis(long life) {
        return life >>> DEADLINE_SHIFT;
    }

    /**
     * Extracts the kind.
     *
     * @param life a life word
     * @return how the payload is stored
     */
    public static int kind(long life) {
        return (int) (life >>> KIND_SHIFT) & 3;
    }

    /**
     * Extracts the length.
     *
     * @param life a life word
     * @return bytes of payload
     */
    public static int length(long life) {
        return (int) life & MAX_LENGTH;
    }

    /**
     * Tells whether a message has expired.
     *
     * @param life its life word
     * @param nowMillis milliseconds since the region was created
     * @return whether its deadline has come
     */
    public static boolean isExpired(long life, long nowMillis) {
        return nowMillis >= deadlineMillis(life);
    }
}

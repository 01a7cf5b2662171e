package dev.towpath.shm.structure;

/**
 * The encoding of an owner word: the one truth about a block or record.
 *
 * <table>
 * <caption>Bits of an owner word</caption>
 * <tr><th>bits</th><th>field</th><th>meaning</th></tr>
 * <tr><td>63–20</td><td>generation</td><td>how often the block or record was freed (or laid anew)</td></tr>
 * <tr><td>19–8</td><td>owner</td><td>the participant that must finish what it began, 0 for nobody</td></tr>
 * <tr><td>7–4</td><td>kind</td><td>a block's size class, a record's kind</td></tr>
 * <tr><td>3–0</td><td>state</td><td>see {@link BlockArena} and {@link RecordTable}</td></tr>
 * </table>
 *
 * Every change is a compare-and-set on the whole word, or a release store by the owner. A stale compare-and-set fails
 * because the generation has moved on: 44 bits at one reuse every 50 ns wrap after 10 days of stalling at one
 * instruction.
 */
public final class Control {

    /** The largest owner number. */
    public static final int MAX_OWNER = (1 << 12) - 1;

    /** Nobody's. */
    public static final int NOBODY = 0;

    private static final int GENERATION_SHIFT = 20;
    private static final int OWNER_SHIFT = 8;
    private static final int KIND_SHIFT = 4;
    private static final long KIND_MASK = 0xF;
    private static final long STATE_MASK = 0xF;

    private Control() {}

    /**
     * Makes an owner word.
     *
     * @param generation the generation, of which the low 44 bits count
     * @param owner the owner's number, or {@link #NOBODY}
     * @param kind the kind, 0 to 15
     * @param state the state, 0 to 15
     * @return the word
     */
    public static long of(long generation, int owner, int kind, int state) {
        return (generation << GENERATION_SHIFT) | ((long) owner << OWNER_SHIFT) | ((long) kind << KIND_SHIFT) | state;
    }

    /**
     * Extracts the generation.
     *
     * @param control an owner word
     * @return its generation
     */
    public static long generation(long control) {
        return control >>> GENERATION_SHIFT;
    }

    /**
     * Extracts the owner.
     *
     * @param control an owner word
     * @return the owner's number, or {@link #NOBODY}
     */
    public static int owner(long control) {
        return (int) (control >>> OWNER_SHIFT) & MAX_OWNER;
    }

    /**
     * Extracts the kind.
     *
     * @param control an owner word
     * @return the kind, 0 to 15
     */
    public static int kind(long control) {
        return (int) ((control >>> KIND_SHIFT) & KIND_MASK);
    }

    /**
     * Extracts the state.
     *
     * @param control an owner word
     * @return the state, 0 to 15
     */
    public static int state(long control) {
        return (int) (control & STATE_MASK);
    }

    /**
     * Changes owner and state.
     *
     * @param control an owner word
     * @param owner the new owner's number, or {@link #NOBODY}
     * @param state the new state
     * @return the word with the same generation and kind
     */
    public static long withState(long control, int owner, int state) {
        return of(generation(control), owner, kind(control), state);
    }

    /** The next generation, owned by {@code owner}: every compare-and-set on the old one fails from now on. */
    static long next(long control, int owner, int kind, int state) {
        return of(generation(control) + 1, owner, kind, state);
    }
}

package dev.towpath.shm.structure;

/**
 * The encoding of a reference: a 26-bit index under a 38-bit tag.
 *
 * <p>What the tag is depends on the word that holds the reference:
 *
 * <ul>
 *   <li>in a block's {@code next} word it is the generation of <em>that</em> block, so that nobody can link behind a
 *       block that has been recycled;
 *   <li>in a queue's {@code head} it counts the changes of the word;
 *   <li>everywhere else ({@code tail}, a {@code channel} or {@code parent} word, a value held in a variable) it is the
 *       generation of what is referred to.
 * </ul>
 *
 * A tag wraps after 2<sup>38</sup> changes of one word: at the 50 ns that the fastest change takes, a process would
 * have to stall between two instructions for 3.8 hours, while the others do nothing else but change this one word,
 * and wake at exactly the right change.
 */
public final class Reference {

    /** Bits of the index. */
    static final int INDEX_BITS = 26;

    /** How many things can be told apart: two indexes are reserved. */
    public static final int MAX_COUNT = (1 << INDEX_BITS) - 2;

    /** The index that refers to nothing. */
    static final int NULL = (1 << INDEX_BITS) - 1;

    /** The index that ends the list of a channel that takes no more messages. */
    static final int CLOSED = (1 << INDEX_BITS) - 2;

    /** A value that no reference has. */
    public static final long NONE = -1;

    private static final long TAG_MASK = (1L << (64 - INDEX_BITS)) - 1;

    private Reference() {}

    /**
     * Makes a reference.
     *
     * @param tag the tag, of which the low 38 bits count
     * @param index the index
     * @return the reference
     */
    public static long of(long tag, int index) {
        return (tag << INDEX_BITS) | index;
    }

    /**
     * Extracts the index.
     *
     * @param reference a reference
     * @return its index, not yet checked against anything
     */
    public static int index(long reference) {
        return (int) reference & NULL;
    }

    /**
     * Extracts the tag.
     *
     * @param reference a reference
     * @return its tag
     */
    public static long tag(long reference) {
        return reference >>> INDEX_BITS;
    }

    /**
     * Makes the link of a block that nothing follows.
     *
     * @param block a reference to the block
     * @return a reference to nothing, under the block's generation
     */
    public static long end(long block) {
        return of(tag(block), NULL);
    }

    /**
     * Tells whether an index ends a list.
     *
     * @param index the index
     * @return whether it refers to nothing, or ends a list that takes no more
     */
    public static boolean isEnd(int index) {
        return index == NULL || index == CLOSED;
    }

    /** The same index under the tag that follows. */
    static long next(long reference, int index) {
        return of(tag(reference) + 1, index);
    }

    /**
     * Compares a reference with an owner word.
     *
     * @param reference the reference
     * @param control the owner word of what it refers to
     * @return whether it names the generation that the owner word has
     */
    public static boolean names(long reference, long control) {
        return tag(reference) == (Control.generation(control) & TAG_MASK);
    }

    /**
     * Refers to what has an owner word.
     *
     * @param control the owner word
     * @param index the index
     * @return a reference to this generation of it
     */
    public static long to(long control, int index) {
        return of(Control.generation(control), index);
    }
}

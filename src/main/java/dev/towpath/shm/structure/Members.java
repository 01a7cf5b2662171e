package dev.towpath.shm.structure;

import java.util.Arrays;

/**
 * A list of memberships that a walk through a group has collected; reused.
 *
 * <p>Not thread-safe.
 */
public final class Members {

    private long[] references = new long[64];
    private int count;

    /** Makes an empty list. */
    public Members() {}

    /** Empties the list. */
    public void clear() {
        count = 0;
    }

    void add(long reference) {
        if (count == references.length) {
            references = Arrays.copyOf(references, 2 * count);
        }
        references[count++] = reference;
    }

    /**
     * Counts the members.
     *
     * @return how many were collected
     */
    public int count() {
        return count;
    }

    /**
     * Gives a member.
     *
     * @param i its place
     * @return a reference to the membership record
     */
    public long reference(int i) {
        return references[i];
    }
}

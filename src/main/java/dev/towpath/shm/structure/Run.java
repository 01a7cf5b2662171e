package dev.towpath.shm.structure;

/**
 * A run of blocks that one operation links or takes in one step; reused, so that operations allocate nothing.
 *
 * <p>Not thread-safe: one operation at a time.
 */
public final class Run {

    private final long[] blocks;
    private final long[] controls;
    private int count;
    private int linked;

    /**
     * Makes an empty run.
     *
     * @param capacity the most blocks in it
     */
    public Run(int capacity) {
        this.blocks = new long[capacity];
        this.controls = new long[capacity];
    }

    /**
     * Tells how many blocks fit.
     *
     * @return the most blocks in it
     */
    public int capacity() {
        return blocks.length;
    }

    /** Empties the run. */
    public void clear() {
        count = 0;
        linked = 0;
    }

    /**
     * Adds a block at the end.
     *
     * @param reference the block
     */
    public void add(long reference) {
        blocks[count++] = reference;
    }

    /** Notes how many blocks, from the first on, are about to be linked: before, so that no error comes in between. */
    void linking(int blocksFromFirst) {
        linked = blocksFromFirst;
    }

    /**
     * Counts the blocks that others may know.
     *
     * @return how many, from the first on, have been linked; the rest is the caller's to free, also after an error
     */
    public int linked() {
        return linked;
    }

    /** Notes the owner word under which a block is about to be linked. */
    void linkingAs(int i, long control) {
        controls[i] = control;
    }

    /** The owner word under which a block was linked. */
    long linkedAs(int i) {
        return controls[i];
    }

    /**
     * Gives up the last blocks.
     *
     * @param newCount how many stay
     */
    public void truncate(int newCount) {
        count = newCount;
    }

    /**
     * Counts the blocks.
     *
     * @return how many are in it
     */
    public int count() {
        return count;
    }

    /**
     * Gives a block.
     *
     * @param i its position in the run
     * @return a reference to it
     */
    public long block(int i) {
        return blocks[i];
    }
}

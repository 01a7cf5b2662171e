package dev.towpath.shm.memory;

/**
 * Says that a word of the region has a value that no correct program writes.
 *
 * <p>Every index and length is checked after it was read once and before it is used, so hostile contents end here and
 * never in a wild access.
 */
public final class CorruptedRegion extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Names the broken rule.
     *
     * @param message what was read and why it cannot be
     */
    public CorruptedRegion(String message) {
        super(message);
    }

    /**
     * Checks an index that was read from the region.
     *
     * @param index the index
     * @param count how many there are
     * @param what what is counted
     * @return the index
     */
    public static int checkIndex(int index, int count, String what) {
        if (index < 0 || index >= count) {
            throw new CorruptedRegion(what + " " + index + " is not one of " + count);
        }
        return index;
    }
}

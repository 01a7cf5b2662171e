package dev.towpath.shm.structure;

/**
 * What a checker holds to be wrong.
 *
 * <p>In a region that is in use, a checker sees words of different moments, so a finding counts only if it is there
 * again after a while with the same evidence: owner words carry generations, and what is only in transit has moved on.
 *
 * @param text what is wrong, in words
 * @param unfinished whether a participant that stops or dies in the middle of an operation can leave it so, until it
 *     goes on or is recovered; if not, it is damage
 * @param evidence condenses the words that it was judged by
 */
public record Finding(String text, boolean unfinished, long evidence) {

    /**
     * Finds what no correct program leaves behind.
     *
     * @param text what is wrong
     * @param words what it was judged by
     * @return the finding
     */
    public static Finding damage(String text, long... words) {
        return new Finding(text, false, condense(words));
    }

    /**
     * Finds what somebody has not finished.
     *
     * @param text what is wrong, unless somebody is in the middle of it
     * @param words what it was judged by
     * @return the finding
     */
    public static Finding unfinished(String text, long... words) {
        return new Finding(text, true, condense(words));
    }

    private static long condense(long... words) {
        long condensed = 0;
        for (long word : words) {
            condensed = Name.mix(condensed ^ word);
        }
        return condensed;
    }
}

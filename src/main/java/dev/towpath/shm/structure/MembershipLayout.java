package dev.towpath.shm.structure;

import dev.towpath.shm.memory.Layouts;
import java.lang.foreign.StructLayout;

/**
 * The words of a group record and of a membership record, which share one table: any mixture of few large and many
 * small groups fits.
 *
 * <p>{@code link}: in a group the first membership, under a count of the changes; in a membership the next one, under
 * its own generation and a mark that freezes the word before the membership is unlinked. {@code life}, in a membership:
 * deadline in milliseconds (38 bits; 0 once it has expired) and index of the group (26 bits). {@code name}: the
 * group's, or the member's.
 */
final class MembershipLayout {

    static final StructLayout RECORD = Layouts.struct(
            "membership",
            "control",
            "link",
            "life",
            "name0",
            "name1",
            "name2",
            "name3",
            "name4",
            "name5",
            "name6",
            "name7",
            "name8",
            "name9");

    static final long BYTES = RECORD.byteSize();
    static final long LINK = Layouts.offset(RECORD, "link");
    static final long LIFE = Layouts.offset(RECORD, "life");
    static final long NAME = Layouts.offset(RECORD, "name0");

    private static final int GENERATION_BITS = 37;

    private MembershipLayout() {}

    /** A membership's link: 37 bits of its generation, the mark, the index of the next. */
    static long link(long generation, boolean marked, int next) {
        return Reference.of((generation << 1) | (marked ? 1 : 0), next);
    }

    static boolean isMarked(long link) {
        return (Reference.tag(link) & 1) != 0;
    }

    static long marked(long link) {
        return Reference.of(Reference.tag(link) | 1, Reference.index(link));
    }

    /** Whether a membership's link carries the generation that its owner word has. */
    static boolean names(long link, long control) {
        return Reference.tag(link) >>> 1 == (Control.generation(control) & ((1L << GENERATION_BITS) - 1));
    }

    /**
     * How far the next generation of a record must be ahead of its last one, so that no link of it can have been in the
     * record before: a group's link counts its changes, and may have counted further than the generations.
     */
    static long generationsAhead(long link, long control) {
        int otherBits = Long.SIZE - GENERATION_BITS;
        long difference = (Reference.tag(link) >>> 1) - Control.generation(control);
        long behind = (difference << otherBits) >> otherBits; // both go round
        return Math.max(behind, 0) + 1;
    }

    static long life(long deadlineMillis, int group) {
        return Reference.of(deadlineMillis, group);
    }

    static long deadlineMillis(long life) {
        return Reference.tag(life);
    }

    static int group(long life) {
        return Reference.index(life);
    }
}

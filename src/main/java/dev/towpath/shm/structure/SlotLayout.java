package dev.towpath.shm.structure;

import dev.towpath.shm.memory.Layouts;
import java.lang.foreign.StructLayout;

/**
 * A bucket of an index: eight slots, one cache line. A slot is 0 when empty, else
 *
 * <table>
 * <caption>Bits of a slot</caption>
 * <tr><th>bits</th><th>field</th></tr>
 * <tr><td>63–28</td><td>generation of the record, its low 36 bits</td></tr>
 * <tr><td>27–22</td><td>fingerprint: the low 6 bits of the hash, which spare most visits to others</td></tr>
 * <tr><td>21–0</td><td>index of the record, plus one</td></tr>
 * </table>
 *
 * 36 bits of generation wrap when one record has been created and deleted 2<sup>36</sup> times, at 300 ns each after
 * 5.7 hours of one process stalling between reading a slot and clearing it; when it has been a group's, each two
 * changes of the group's list count as much, and at 50 ns each it may be 1.9 hours.
 */
final class SlotLayout {

    /** Slots in a bucket. */
    static final int SLOTS = 8;

    /** Records that an index can name. */
    static final int MAX_RECORDS = (1 << 22) - 1;

    static final long EMPTY = 0;

    static final StructLayout BUCKET =
            Layouts.struct("bucket", "slot0", "slot1", "slot2", "slot3", "slot4", "slot5", "slot6", "slot7");

    static final long BUCKET_BYTES = BUCKET.byteSize();

    private static final int FINGERPRINT_SHIFT = 22;
    private static final int FINGERPRINT_MASK = 0x3F;
    private static final int GENERATION_SHIFT = 28;
    private static final long GENERATION_MASK = (1L << (64 - GENERATION_SHIFT)) - 1;

    private SlotLayout() {}

    static long of(long record, long hash) {
        return (Reference.tag(record) << GENERATION_SHIFT)
                | ((long) fingerprint(hash) << FINGERPRINT_SHIFT)
                | (Reference.index(record) + 1);
    }

    static int fingerprint(long hash) {
        return (int) hash & FINGERPRINT_MASK;
    }

    static boolean hasFingerprintOf(long slot, long hash) {
        return (int) ((slot >>> FINGERPRINT_SHIFT) & FINGERPRINT_MASK) == fingerprint(hash);
    }

    static int record(long slot) {
        return (int) (slot & MAX_RECORDS) - 1;
    }

    /** Whether a slot names the generation that an owner word has. */
    static boolean names(long slot, long control) {
        return slot >>> GENERATION_SHIFT == (Control.generation(control) & GENERATION_MASK);
    }
}

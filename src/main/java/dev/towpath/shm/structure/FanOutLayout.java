package dev.towpath.shm.structure;

import dev.towpath.shm.memory.Layouts;
import java.lang.foreign.StructLayout;

/**
 * The words of a fan-out. {@code needed0} and {@code needed1}: a bit for each of 32 members that has not consumed the
 * payload yet, under the low 32 bits of the record's generation. {@code parts}: the first part of the payload.
 */
final class FanOutLayout {

    static final StructLayout RECORD = Layouts.struct("fanout", "control", "needed0", "needed1", "parts");

    static final long BYTES = RECORD.byteSize();
    static final long NEEDED_0 = Layouts.offset(RECORD, "needed0");
    static final long NEEDED_1 = Layouts.offset(RECORD, "needed1");
    static final long PARTS = Layouts.offset(RECORD, "parts");

    private FanOutLayout() {}
}

package dev.towpath.shm.store;

import dev.towpath.shm.memory.Layouts;
import java.lang.foreign.StructLayout;

/** The words that say when the next round of each duty is due, in milliseconds since the region was created. */
final class DutyLayout {

    static final StructLayout RECORD = Layouts.struct("duties", "probe", "expire", "prune");

    static final long BYTES = RECORD.byteSize();
    static final long PROBE = Layouts.offset(RECORD, "probe");
    static final long EXPIRE = Layouts.offset(RECORD, "expire");
    static final long PRUNE = Layouts.offset(RECORD, "prune");

    private DutyLayout() {}
}

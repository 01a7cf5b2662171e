package dev.towpath.shm.structure;

import dev.towpath.shm.memory.Layouts;
import java.lang.foreign.StructLayout;
import java.util.List;

/**
 * The words of a block, in three arrays with one entry for each granule, and those of a slab.
 *
 * <p>Owner words and links stand in arrays of their own, eight to a cache line: a run of messages that lies in
 * neighbouring blocks is allocated, linked, followed and freed with one transfer of each line between cores, not one
 * for each message. None of these words ever shares memory with payload, whatever a slab is cut into: a process that
 * stalls with an old reference finds an owner word where it left one.
 */
final class BlockLayout {

    /** The owner word: generation, owner, size class and state. */
    static final StructLayout CONTROL = Layouts.struct("block.control", "control");

    /**
     * The link: the successor in the queue, or the next part of a long payload, under this block's own generation.
     */
    static final StructLayout NEXT = Layouts.struct("block.next", "next");

    /**
     * What a message needs besides its payload. {@code sequence}: its position in its channel; in a part, the reference
     * to the message or fan-out that it belongs to. {@code channel}: the reference to its channel; in a part, the kind
     * of its parent. {@code life}: deadline in milliseconds, kind of payload, length.
     */
    static final StructLayout INFO = Layouts.struct("block.info", "sequence", "channel", "life");

    /** A slab: owner word of the slab, with its size class. */
    static final StructLayout SLAB = Layouts.struct("slab", "control");

    static final long SEQUENCE = Layouts.offset(INFO, "sequence");
    static final long CHANNEL = Layouts.offset(INFO, "channel");
    static final long LIFE = Layouts.offset(INFO, "life");

    static final long CONTROL_BYTES = CONTROL.byteSize();
    static final long NEXT_BYTES = NEXT.byteSize();
    static final long INFO_BYTES = INFO.byteSize();
    static final long SLAB_BYTES = SLAB.byteSize();

    static final List<StructLayout> ALL = List.of(CONTROL, NEXT, INFO, SLAB);

    private BlockLayout() {}
}

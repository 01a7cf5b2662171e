package dev.towpath.shm.structure;

import dev.towpath.shm.memory.CorruptedRegion;
import dev.towpath.shm.memory.Words;

/**
 * A table of records of one size, each with an owner word in front.
 *
 * <p>States: {@link #FREE} → {@link #INIT}, being filled by its owner → {@link #LIVE} → {@link #DEAD}, being dismantled
 * by its owner → FREE with the next generation. A record that is never published goes from INIT straight to DEAD. Every
 * change is a compare-and-set on the exact owner word. If the owner dies, the sweep takes INIT to DEAD and does the
 * dismantling; what that is, the structure that uses the table says.
 *
 * <p>Free records are found by a cursor, this participant's own hint.
 */
public final class RecordTable {

    /** State: free for all. */
    public static final int FREE = 0;

    /** State: being filled by its owner. */
    public static final int INIT = 1;

    /** State: in use. */
    public static final int LIVE = 2;

    /** State: being dismantled by its owner. */
    public static final int DEAD = 3;

    private final Words words;
    private final long base;
    private final long recordBytes;
    private final int count;
    private final int owner;
    private int cursor;

    /**
     * Gives a participant its view of a table.
     *
     * @param words the region
     * @param base byte offset of the first record
     * @param recordBytes size of a record
     * @param count how many there are
     * @param owner the participant's owner number
     */
    public RecordTable(Words words, long base, long recordBytes, int count, int owner) {
        this.words = words;
        this.base = base;
        this.recordBytes = recordBytes;
        this.count = count;
        this.owner = owner;
        this.cursor = (int) ((Name.mix(owner) >>> 33) % count);
    }

    /**
     * Gives the region.
     *
     * @return the region
     */
    public Words words() {
        return words;
    }

    /**
     * Counts the records.
     *
     * @return how many there are, whatever their state
     */
    public int count() {
        return count;
    }

    /**
     * Finds a record.
     *
     * @param index its index
     * @return byte offset of its first word, the owner word
     */
    public long at(int index) {
        return base + index * recordBytes;
    }

    /**
     * Checks an index that was read from the region.
     *
     * @param index the index
     * @return the same
     * @throws CorruptedRegion if there is no such record
     */
    public int check(int index) {
        return CorruptedRegion.checkIndex(index, count, "record");
    }

    /**
     * Reads an owner word.
     *
     * @param index the record
     * @return its owner word
     */
    public long control(int index) {
        return words.getVolatile(at(index));
    }

    /**
     * Tells whether a record still lives in the generation that a reference names.
     *
     * @param reference the record
     * @return whether it is LIVE
     */
    public boolean isLive(long reference) {
        long control = control(Reference.index(reference));
        return Control.state(control) == LIVE && Reference.names(reference, control);
    }

    /**
     * Takes a free record for this participant.
     *
     * @param kind what it will be
     * @return a reference to the record, INIT; or {@link Reference#NONE} if all are in use
     */
    public long allocate(int kind) {
        int start = cursor;
        for (int i = 0; i < count; i++) {
            int index = start + i < count ? start + i : start + i - count;
            long control = control(index);
            if (Control.state(control) == FREE
                    && words.compareAndSet(
                            at(index), control, Control.of(Control.generation(control), owner, kind, INIT))) {
                cursor = index + 1 < count ? index + 1 : 0;
                return Reference.to(control, index);
            }
        }
        return Reference.NONE;
    }

    /**
     * Moves a record from one state to another, into this participant's hands.
     *
     * @param reference the record and its generation
     * @param from the state that it must have, whoever owns it
     * @param to the new state
     * @return whether this call moved it
     */
    public boolean move(long reference, int from, int to) {
        int index = Reference.index(reference);
        long control = control(index);
        return Reference.names(reference, control)
                && Control.state(control) == from
                && words.compareAndSet(at(index), control, Control.withState(control, to == LIVE ? 0 : owner, to));
    }

    /**
     * Ends a record that nobody refers to any more.
     *
     * @param reference the record and its generation
     * @return whether this call freed it
     */
    public boolean free(long reference) {
        return free(reference, 1);
    }

    /** The same for a record whose next generation is that many ahead. */
    boolean free(long reference, long generations) {
        int index = Reference.index(reference);
        long control = control(index);
        return Reference.names(reference, control)
                && Control.state(control) == DEAD
                && words.compareAndSet(
                        at(index),
                        control,
                        Control.of(Control.generation(control) + generations, Control.NOBODY, 0, FREE));
    }

    /**
     * Takes over the dismantling of a record from a dead participant.
     *
     * @param index the record
     * @param control its owner word as it was judged, INIT or DEAD
     * @return a reference to it, DEAD and this participant's; or {@link Reference#NONE} if it has moved on
     */
    long seize(int index, long control) {
        long seized = Control.withState(control, owner, DEAD);
        return words.compareAndSet(at(index), control, seized) ? Reference.to(control, index) : Reference.NONE;
    }

    /** Whether an owner word says that the dead participant was filling or dismantling its record. */
    static boolean isLeftBy(int dead, long control) {
        int state = Control.state(control);
        return Control.owner(control) == dead && (state == INIT || state == DEAD);
    }
}

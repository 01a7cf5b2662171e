package dev.towpath.shm.structure;

import dev.towpath.shm.memory.Words;

/**
 * Allocates blocks of nine size classes, 256 bytes to 64 KiB, from slabs of 64 KiB.
 *
 * <h2>States of a block</h2>
 *
 * The owner word of a block is the only truth about it; there is no free list. An index whose owner word says
 * {@link #FREE} and a size class is a free block of that class.
 *
 * <ul>
 *   <li>{@link #FREE}: anybody may allocate it.
 *   <li>{@link #ALLOCATED}, by an owner: being filled; nobody else refers to it.
 *   <li>{@link #LINKING}, by an owner: stamped with its place in a queue, and linked or about to be.
 *   <li>{@link #QUEUED}: in a queue, or left behind by a receiver that died after it had passed it.
 *   <li>{@link #PART}: payload that belongs to a message or a fan-out, and lives as long as that.
 *   <li>{@link #COVERED}: not a block; the granule lies inside a larger one.
 *   <li>{@link #CLAIMED}, by an owner: neither, while its slab changes its size class.
 * </ul>
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>A1: blocks that are neither COVERED nor CLAIMED do not overlap.
 *   <li>A2: the generation of a granule grows with each freeing and each change of size class; so whoever holds a
 *       reference of an earlier life fails at its compare-and-set.
 *   <li>A3: a slab in state STABLE or EXHAUSTED is cut into blocks of the size class that its word names.
 * </ul>
 *
 * <h2>Progress and hints</h2>
 *
 * Allocation is a compare-and-set FREE → ALLOCATED at a cursor that moves through a slab, so neighbours in time are
 * neighbours in memory. Cursors are this participant's own hints; their races are benign because the owner word
 * decides. A slab in which a whole lap found nothing is marked EXHAUSTED, again a hint: whoever frees a block clears
 * the mark, and who sets it makes one more lap afterwards, so a mark stays wrong only if its clearer dies or stops in
 * between; {@link #unmarkExhausted} puts that right. A failed compare-and-set means that another participant
 * got the block: the system as a whole moves on.
 */
public final class BlockArena {

    /** State: free for all. */
    public static final int FREE = 0;

    /** State: being filled by its owner. */
    public static final int ALLOCATED = 1;

    /** State: being linked by its owner. */
    public static final int LINKING = 2;

    /** State: in a queue. */
    public static final int QUEUED = 3;

    /** State: payload of another block or of a fan-out. */
    public static final int PART = 4;

    /** State: inside a larger block. */
    public static final int COVERED = 5;

    /** State: claimed by an owner that changes the size class of the slab. */
    public static final int CLAIMED = 6;

    /** How many size classes there are: class {@code k} has blocks of 256 · 2<sup>k</sup> bytes. */
    public static final int SIZE_CLASSES = 9;

    private static final int STRIPES = 8;
    private static final int STRIPE_INTS = 16;
    private static final int SLAB_SHIFT = 8;
    private static final int SLAB_MASK = Blocks.SLAB_GRANULES - 1;

    private final Words words;
    private final Blocks blocks;
    private final SlabCutter cutter;
    private final int owner;
    private final int[] cursors;

    /**
     * Gives a participant its view of the arena.
     *
     * @param blocks where the blocks are
     * @param owner the participant's owner number
     */
    public BlockArena(Blocks blocks, int owner) {
        this.words = blocks.words();
        this.blocks = blocks;
        this.cutter = new SlabCutter(blocks, owner);
        this.owner = owner;
        this.cursors = new int[STRIPES * STRIPE_INTS];
        for (int i = 0; i < cursors.length; i++) {
            long spread = Name.mix(((long) owner << 32) | i) >>> 33;
            cursors[i] = (int) (spread % blocks.slabs()) << SLAB_SHIFT;
        }
    }

    /** Where the blocks are. */
    Blocks blocks() {
        return blocks;
    }

    /**
     * Picks the size class for a payload.
     *
     * @param bytes its length
     * @return the smallest class whose blocks hold it, or the largest class
     */
    public static int sizeClassFor(long bytes) {
        int sizeClass = 0;
        while (sizeClass < SIZE_CLASSES - 1 && blockBytes(sizeClass) < bytes) {
            sizeClass++;
        }
        return sizeClass;
    }

    /**
     * Tells how much a block holds.
     *
     * @param sizeClass its size class
     * @return bytes of payload
     */
    public static int blockBytes(int sizeClass) {
        return Blocks.GRANULE_BYTES << sizeClass;
    }

    /**
     * Allocates a block for this participant, believing the hints.
     *
     * @param sizeClass the size class
     * @return a reference to the block, ALLOCATED; or {@link Reference#NONE}
     */
    public long allocate(int sizeClass) {
        int stripe = (int) (Thread.currentThread().threadId() % STRIPES) * STRIPE_INTS + sizeClass;
        int cursor = cursors[stripe];
        long block = allocateIn(cursor >> SLAB_SHIFT, cursor, sizeClass, stripe);
        return block != Reference.NONE ? block : allocateElsewhere(cursor >> SLAB_SHIFT, sizeClass, stripe);
    }

    private long allocateElsewhere(int exhausted, int sizeClass, int stripe) {
        for (int i = 0; i <= blocks.slabs(); i++) {
            int slab = (exhausted + i) % blocks.slabs();
            long control = words.getVolatile(blocks.slab(slab));
            if (Control.state(control) == SlabCutter.STABLE && Control.kind(control) == sizeClass) {
                long block = allocateAndMark(slab, control, sizeClass, stripe);
                if (block != Reference.NONE) {
                    return block;
                }
            }
        }
        for (int i = 0; i < blocks.slabs(); i++) {
            int slab = (exhausted + i) % blocks.slabs();
            if (cutter.recut(slab, sizeClass)) {
                long block = allocateIn(slab, slab << SLAB_SHIFT, sizeClass, stripe);
                if (block != Reference.NONE) {
                    return block;
                }
            }
        }
        return Reference.NONE;
    }

    /** A lap through a slab, and if it finds nothing, the mark and another lap (see "hints"). */
    private long allocateAndMark(int slab, long control, int sizeClass, int stripe) {
        int first = slab << SLAB_SHIFT;
        long block = allocateIn(slab, first, sizeClass, stripe);
        if (block != Reference.NONE) {
            return block;
        }
        long marked = Control.withState(control, Control.NOBODY, SlabCutter.EXHAUSTED);
        if (!words.compareAndSet(blocks.slab(slab), control, marked)) {
            return Reference.NONE;
        }
        block = allocateIn(slab, first, sizeClass, stripe);
        if (block != Reference.NONE) {
            words.compareAndSet(blocks.slab(slab), marked, control);
        }
        return block;
    }

    /**
     * Allocates a block for this participant that is large enough, the smallest one that the hints show.
     *
     * @param sizeClass the smallest size class that will do
     * @return a reference to the block, ALLOCATED; or {@link Reference#NONE}
     */
    public long allocateAtLeast(int sizeClass) {
        long block = Reference.NONE;
        for (int larger = sizeClass; block == Reference.NONE && larger < SIZE_CLASSES; larger++) {
            block = allocate(larger);
        }
        return block;
    }

    /**
     * Repairs the hints by looking at every block, before the verdict "full": no slab with a free block stays marked as
     * exhausted.
     */
    public void unmarkExhausted() {
        for (int slab = 0; slab < blocks.slabs(); slab++) {
            long control = words.getVolatile(blocks.slab(slab));
            if (Control.state(control) == SlabCutter.EXHAUSTED && hasFree(slab, Control.kind(control))) {
                words.compareAndSet(
                        blocks.slab(slab), control, Control.withState(control, Control.NOBODY, SlabCutter.STABLE));
            }
        }
    }

    private boolean hasFree(int slab, int sizeClass) {
        int base = slab << SLAB_SHIFT;
        for (int i = 0; i < Blocks.SLAB_GRANULES; i += 1 << sizeClass) {
            if (isFree(words.getVolatile(blocks.control(base + i)), sizeClass)) {
                return true;
            }
        }
        return false;
    }

    /** One lap through a slab from a granule on. */
    private long allocateIn(int slab, int from, int sizeClass, int stripe) {
        int base = slab << SLAB_SHIFT;
        int step = 1 << sizeClass;
        int block = from;
        for (int i = 0; i < Blocks.SLAB_GRANULES; i += step) {
            long control = words.getVolatile(blocks.control(block));
            int next = base | ((block + step) & SLAB_MASK);
            if (isFree(control, sizeClass)
                    && words.compareAndSet(
                            blocks.control(block), control, Control.withState(control, owner, ALLOCATED))) {
                cursors[stripe] = next;
                return Reference.to(control, block);
            }
            block = next;
        }
        return Reference.NONE;
    }

    static boolean isFree(long control, int sizeClass) {
        return Control.state(control) == FREE && Control.kind(control) == sizeClass;
    }

    /**
     * Makes a block that this participant has ALLOCATED a part of the parent that it names.
     *
     * @param reference the block
     */
    public void becomePart(long reference) {
        long at = blocks.control(Reference.index(reference));
        words.setRelease(at, Control.withState(words.get(at), Control.NOBODY, PART));
    }

    /**
     * Frees a block, if it still has the generation that the reference names; in whatever state it is, because
     * somebody may just be moving it from LINKING to QUEUED. Its slab is no longer exhausted.
     *
     * @param reference the block
     * @return whether this call freed it
     */
    public boolean free(long reference) {
        int block = Reference.index(reference);
        while (true) { // lock-free: fails only against a change of state, of which a generation has few
            long control = words.getVolatile(blocks.control(block));
            if (!Reference.names(reference, control) || Control.state(control) == FREE) {
                return false;
            }
            if (free(block, control)) {
                return true;
            }
        }
    }

    /**
     * Frees a block, if its owner word is exactly this.
     *
     * @param block index of the block
     * @param control its owner word as it was judged
     * @return whether this call freed it
     */
    public boolean free(int block, long control) {
        long freed = Control.next(control, Control.NOBODY, Control.kind(control), FREE);
        if (!words.compareAndSet(blocks.control(block), control, freed)) {
            return false;
        }
        long slabAt = blocks.slab(block >> SLAB_SHIFT);
        long slab = words.getVolatile(slabAt);
        if (Control.state(slab) == SlabCutter.EXHAUSTED) {
            words.compareAndSet(slabAt, slab, Control.withState(slab, Control.NOBODY, SlabCutter.STABLE));
        }
        return true;
    }

    /**
     * Finishes or undoes what a dead participant was doing to a slab.
     *
     * @param slab index of the slab
     * @param dead the dead participant's owner number
     */
    public void recoverSlab(int slab, int dead) {
        cutter.recover(slab, dead);
    }

    /** Sees a block that is in use, and its owner word. */
    @FunctionalInterface
    public interface Visitor {

        /**
         * Sees a block.
         *
         * @param block its index
         * @param control its owner word, as it was a moment ago
         */
        void visit(int block, long control);
    }

    /**
     * Shows the blocks that are not free, by looking at a copy of every owner word, slab by slab. A block may have
     * moved on when it is seen, so what the visitor decides must be a compare-and-set on exactly this owner word, or
     * hold whatever has become of the block. What comes to be in use meanwhile may be left out.
     *
     * @param visitor sees them in the order of their indexes
     */
    public void forEachInUse(Visitor visitor) {
        long[] controls = new long[Blocks.SLAB_GRANULES];
        for (int slab = 0; slab < blocks.slabs(); slab++) {
            int base = slab << SLAB_SHIFT;
            words.getAll(blocks.control(base), controls);
            for (int i = 0; i < controls.length; i++) {
                if (isInUse(controls[i])) {
                    visitor.visit(base + i, controls[i]);
                }
            }
        }
    }

    private static boolean isInUse(long control) {
        int state = Control.state(control);
        return state != FREE && state != COVERED && state != CLAIMED;
    }

    /**
     * Counts what is in use, by looking at every owner word.
     *
     * @return bytes in blocks that are not free
     */
    public long usedBytes() {
        long used = 0;
        for (int block = 0; block < blocks.granules(); block++) {
            long control = words.getVolatile(blocks.control(block));
            used += isInUse(control) ? blockBytes(Control.kind(control)) : 0;
        }
        return used;
    }
}

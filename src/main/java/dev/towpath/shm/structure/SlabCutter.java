package dev.towpath.shm.structure;

import dev.towpath.shm.memory.Words;

/**
 * Changes the size class of slabs that are empty.
 *
 * <p>Slab word → CLAIMING; each block FREE → CLAIMED; slab word → LAYING; each granule → FREE or COVERED in the new
 * cut; slab word → STABLE. If a block is not free, all goes back.
 *
 * <p>Crash windows: before LAYING the sweep takes the claims back, from LAYING on it finishes the new cut. A sweep that
 * dies does no harm: the next one, by whoever gets the dead one's lock, goes on. Two sweeps for one dead participant
 * at a time would: the slower one could lay its cut over the next one. A participant that is stopped in between
 * withholds this one slab and nothing else.
 */
final class SlabCutter {

    /** State of a slab: cut into blocks of the size class that its word names. */
    static final int STABLE = 0;

    /** State of a slab: the same, and a lap through it has found no free block. */
    static final int EXHAUSTED = 1;

    private static final int CLAIMING = 2;
    private static final int LAYING = 3;
    private static final int SLAB_SHIFT = 8;

    private final Words words;
    private final Blocks blocks;
    private final int owner;

    SlabCutter(Blocks blocks, int owner) {
        this.words = blocks.words();
        this.blocks = blocks;
        this.owner = owner;
    }

    /** Cuts a slab into blocks of another size class, if all its blocks are free. */
    boolean recut(int slab, int sizeClass) {
        long slabAt = blocks.slab(slab);
        long control = words.getVolatile(slabAt);
        int oldClass = Control.kind(control);
        if (Control.state(control) != STABLE || oldClass == sizeClass || !isEmpty(slab, oldClass)) {
            return false;
        }
        long claiming = Control.next(control, owner, oldClass, CLAIMING);
        if (!words.compareAndSet(slabAt, control, claiming)) {
            return false;
        }
        if (!claimAll(slab, oldClass)) {
            giveBack(slab, claiming);
            return false;
        }
        long laying = Control.next(claiming, owner, sizeClass, LAYING);
        if (!words.compareAndSet(slabAt, claiming, laying)) {
            return false;
        }
        lay(slab, laying);
        return true;
    }

    private boolean isEmpty(int slab, int sizeClass) {
        int base = slab << SLAB_SHIFT;
        for (int i = 0; i < Blocks.SLAB_GRANULES; i += 1 << sizeClass) {
            if (!BlockArena.isFree(words.getVolatile(blocks.control(base + i)), sizeClass)) {
                return false;
            }
        }
        return true;
    }

    private boolean claimAll(int slab, int sizeClass) {
        int base = slab << SLAB_SHIFT;
        for (int i = 0; i < Blocks.SLAB_GRANULES; i += 1 << sizeClass) {
            long control = words.getVolatile(blocks.control(base + i));
            if (!BlockArena.isFree(control, sizeClass)
                    || !words.compareAndSet(
                            blocks.control(base + i),
                            control,
                            Control.next(control, owner, sizeClass, BlockArena.CLAIMED))) {
                return false;
            }
        }
        return true;
    }

    /** Takes the claims back; also on behalf of a dead owner. */
    private void giveBack(int slab, long claiming) {
        int claimer = Control.owner(claiming);
        int sizeClass = Control.kind(claiming);
        int base = slab << SLAB_SHIFT;
        for (int i = 0; i < Blocks.SLAB_GRANULES; i += 1 << sizeClass) {
            long control = words.getVolatile(blocks.control(base + i));
            if (Control.state(control) == BlockArena.CLAIMED && Control.owner(control) == claimer) {
                words.compareAndSet(
                        blocks.control(base + i),
                        control,
                        Control.next(control, Control.NOBODY, sizeClass, BlockArena.FREE));
            }
        }
        words.compareAndSet(blocks.slab(slab), claiming, Control.next(claiming, Control.NOBODY, sizeClass, STABLE));
    }

    /** Cuts a slab of which everything is claimed or covered; also on behalf of a dead owner. */
    private void lay(int slab, long laying) {
        int claimer = Control.owner(laying);
        int sizeClass = Control.kind(laying);
        int base = slab << SLAB_SHIFT;
        for (int i = 0; i < Blocks.SLAB_GRANULES; i++) {
            int state = (i & ((1 << sizeClass) - 1)) == 0 ? BlockArena.FREE : BlockArena.COVERED;
            long control = words.getVolatile(blocks.control(base + i));
            boolean claimed = Control.state(control) == BlockArena.CLAIMED && Control.owner(control) == claimer;
            boolean uncovered = Control.state(control) == BlockArena.COVERED && state == BlockArena.FREE;
            if (claimed || uncovered) {
                words.compareAndSet(
                        blocks.control(base + i), control, Control.next(control, Control.NOBODY, sizeClass, state));
            }
        }
        words.compareAndSet(blocks.slab(slab), laying, Control.next(laying, Control.NOBODY, sizeClass, STABLE));
    }

    /** Finishes or undoes what a dead participant was doing to a slab. */
    void recover(int slab, int dead) {
        long control = words.getVolatile(blocks.slab(slab));
        if (Control.owner(control) != dead) {
            return;
        }
        if (Control.state(control) == CLAIMING) {
            giveBack(slab, control);
        } else if (Control.state(control) == LAYING) {
            lay(slab, control);
        }
    }
}

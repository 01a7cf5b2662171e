package dev.towpath.shm.structure;

import dev.towpath.shm.memory.CorruptedRegion;
import dev.towpath.shm.memory.Words;

/** Says where the words and the payload of each block are. */
public final class Blocks {

    /** Bytes of payload in the smallest block. */
    public static final int GRANULE_BYTES = 256;

    /** Granules in a slab. */
    public static final int SLAB_GRANULES = 256;

    private static final int GRANULE_SHIFT = 8;

    /** Words that each granule has, in bytes. */
    public static final long WORDS_BYTES = BlockLayout.CONTROL_BYTES + BlockLayout.NEXT_BYTES + BlockLayout.INFO_BYTES;

    private final Words words;
    private final int slabs;
    private final long slabBase;
    private final long controlBase;
    private final long nextBase;
    private final long infoBase;
    private final long payloadBase;

    /**
     * Lays blocks out.
     *
     * @param words the region
     * @param wordsBase byte offset of the words of slabs and blocks
     * @param payloadBase byte offset of the payload area
     * @param slabs how many slabs there are
     */
    public Blocks(Words words, long wordsBase, long payloadBase, int slabs) {
        this.words = words;
        this.slabs = slabs;
        this.slabBase = wordsBase;
        this.controlBase = slabBase + align(slabs * BlockLayout.SLAB_BYTES);
        this.nextBase = controlBase + granules() * BlockLayout.CONTROL_BYTES;
        this.infoBase = nextBase + granules() * BlockLayout.NEXT_BYTES;
        this.payloadBase = payloadBase;
    }

    /**
     * Sizes the words.
     *
     * @param slabs how many slabs there are
     * @return bytes that their words take, a multiple of a cache line
     */
    public static long wordsBytes(int slabs) {
        return align(slabs * BlockLayout.SLAB_BYTES) + (long) slabs * SLAB_GRANULES * WORDS_BYTES;
    }

    private static long align(long bytes) {
        return (bytes + 63) & -64;
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
     * Counts the slabs.
     *
     * @return how many there are
     */
    public int slabs() {
        return slabs;
    }

    /**
     * Counts the granules, and so the entries of the arrays of words.
     *
     * @return how many there are
     */
    public int granules() {
        return slabs * SLAB_GRANULES;
    }

    /**
     * Tells how much payload fits into all blocks together.
     *
     * @return bytes
     */
    public long totalBytes() {
        return (long) granules() * GRANULE_BYTES;
    }

    long slab(int slab) {
        return slabBase + slab * BlockLayout.SLAB_BYTES;
    }

    /**
     * Finds an owner word.
     *
     * @param block index of the block
     * @return byte offset of its owner word
     */
    public long control(int block) {
        return controlBase + block * BlockLayout.CONTROL_BYTES;
    }

    /**
     * Finds a link.
     *
     * @param block index of the block
     * @return byte offset of its link
     */
    public long next(int block) {
        return nextBase + block * BlockLayout.NEXT_BYTES;
    }

    private long info(int block) {
        return infoBase + block * BlockLayout.INFO_BYTES;
    }

    /**
     * Finds a position.
     *
     * @param block index of the block
     * @return byte offset of the word with its position, or of a part's parent
     */
    public long sequence(int block) {
        return info(block) + BlockLayout.SEQUENCE;
    }

    /**
     * Finds the word that names a block's channel.
     *
     * @param block index of the block
     * @return byte offset of that word, or of the kind of a part's parent
     */
    public long channel(int block) {
        return info(block) + BlockLayout.CHANNEL;
    }

    /**
     * Finds the word with deadline, kind and length.
     *
     * @param block index of the block
     * @return byte offset of that word
     */
    public long life(int block) {
        return info(block) + BlockLayout.LIFE;
    }

    /**
     * Finds payload.
     *
     * @param block index of the block
     * @return byte offset of its first byte
     */
    public long payload(int block) {
        return payloadBase + ((long) block << GRANULE_SHIFT);
    }

    /**
     * Checks a block index that was read from the region.
     *
     * @param block the index
     * @return the same
     * @throws CorruptedRegion if there is no such block
     */
    public int check(int block) {
        return CorruptedRegion.checkIndex(block, granules(), "block");
    }

    /**
     * Tells whether an index names a block, and not nothing or the end of a closed queue.
     *
     * @param block the index
     * @return whether there is such a block
     */
    public boolean exists(int block) {
        return block < granules();
    }

    /**
     * Tells how much payload a block holds: not more than follows in its slab, whatever its owner word says.
     *
     * @param block index of the block
     * @return bytes, by its size class
     */
    public int bytes(int block) {
        int toTheEndOfItsSlab = (SLAB_GRANULES - block % SLAB_GRANULES) * GRANULE_BYTES;
        return Math.min(BlockArena.blockBytes(Control.kind(words.getVolatile(control(block)))), toTheEndOfItsSlab);
    }
}

package dev.towpath.shm.memory;

import java.lang.foreign.MemorySegment;

/**
 * The one door to shared memory: 8-byte words by byte offset, and bulk copies of payload.
 *
 * <p>Every algorithm of this library reads and writes the region through this class and nothing else, so that the same
 * code can run over a mapped file, over an array on the heap, one access at a time under a test's scheduler, or until
 * its k-th write. Production loads a single implementation, which the compiler inlines away.
 *
 * <h2>Memory order</h2>
 *
 * The access modes are {@link java.lang.invoke.VarHandle}'s, by their names. Control words are read with
 * {@link #getVolatile} and changed with {@link #compareAndSet} or one of the {@code getAnd} operations: all of these
 * take part in one total order, which the arguments in {@code structure} rely on; {@link #getAll} takes no part in it.
 * {@link #setRelease} is for a word that only its owner writes and that others read after they have seen it published.
 * {@link #get} and {@link #set} are plain: for words inside an object that is not published yet, or whose value is
 * validated afterwards.
 *
 * <p>Offsets must be multiples of 8 and in range; callers check what they have read from the region before they use it.
 */
public abstract class Words {

    /** For subclasses. */
    protected Words() {}

    /**
     * Reads a word without ordering.
     *
     * @param offset byte offset of the word
     * @return its value
     */
    public abstract long get(long offset);

    /**
     * Writes a word without ordering.
     *
     * @param offset byte offset of the word
     * @param value the new value
     */
    public abstract void set(long offset, long value);

    /**
     * Reads a word in the total order of volatile accesses.
     *
     * @param offset byte offset of the word
     * @return its value
     */
    public abstract long getVolatile(long offset);

    /**
     * Reads neighbouring words, each at some moment between the beginning and the end of this call and before
     * everything that this thread reads afterwards. For judging many words at once: what is decided about one of them
     * is carried out by a compare-and-set, or begins with reading it again. A word that changes during the call may be
     * torn; then a compare-and-set on what was read fails, as it does if the word has changed since.
     *
     * @param offset byte offset of the first word
     * @param target gets as many words as it has room for
     */
    public void getAll(long offset, long[] target) {
        for (int i = 0; i < target.length; i++) {
            target[i] = getVolatile(offset + (long) i * Long.BYTES);
        }
    }

    /**
     * Writes a word after everything that this thread wrote before.
     *
     * @param offset byte offset of the word
     * @param value the new value
     */
    public abstract void setRelease(long offset, long value);

    /**
     * Replaces a word in the total order of volatile accesses if it has the expected value.
     *
     * @param offset byte offset of the word
     * @param expected the value that it must have
     * @param value the new value
     * @return whether it was replaced
     */
    public abstract boolean compareAndSet(long offset, long expected, long value);

    /**
     * Adds to a word in the total order of volatile accesses.
     *
     * @param offset byte offset of the word
     * @param delta what is added
     * @return the value before
     */
    public abstract long getAndAdd(long offset, long delta);

    /**
     * Sets bits of a word in the total order of volatile accesses.
     *
     * @param offset byte offset of the word
     * @param mask the bits to set
     * @return the value before
     */
    public abstract long getAndBitwiseOr(long offset, long mask);

    /**
     * Replaces a word in the total order of volatile accesses.
     *
     * @param offset byte offset of the word
     * @param value the new value
     * @return the value before
     */
    public abstract long getAndSet(long offset, long value);

    /**
     * Copies bytes into the region, without ordering.
     *
     * @param source where the bytes come from
     * @param sourceOffset their offset in it
     * @param offset byte offset in the region
     * @param length how many bytes
     */
    public abstract void write(MemorySegment source, long sourceOffset, long offset, long length);

    /**
     * Copies bytes into the region, without ordering.
     *
     * @param source where the bytes come from
     * @param sourceOffset their offset in it
     * @param offset byte offset in the region
     * @param length how many bytes
     */
    public abstract void write(byte[] source, int sourceOffset, long offset, int length);

    /**
     * Copies bytes out of the region, without ordering: what is read counts only if a later read in the volatile order
     * shows that the bytes still belonged to whoever was read.
     *
     * @param offset byte offset in the region
     * @param target where the bytes go
     * @param targetOffset their offset in it
     * @param length how many bytes
     */
    public abstract void read(long offset, byte[] target, int targetOffset, int length);
}

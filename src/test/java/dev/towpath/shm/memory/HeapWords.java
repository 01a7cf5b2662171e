package dev.towpath.shm.memory;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** The words of an array on the heap: the twin of a mapped region, whose accesses Lincheck can see. */
public final class HeapWords extends Words {

    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] words;
    private final MemorySegment bytes;

    /** Makes zeros. */
    public HeapWords(long sizeBytes) {
        this.words = new long[Math.toIntExact(sizeBytes / Long.BYTES)];
        this.bytes = MemorySegment.ofArray(words);
    }

    private static int index(long offset) {
        if ((offset & (Long.BYTES - 1)) != 0) {
            throw new AssertionError("misaligned: " + offset);
        }
        return (int) (offset / Long.BYTES);
    }

    @Override
    public long get(long offset) {
        return words[index(offset)];
    }

    @Override
    public void set(long offset, long value) {
        words[index(offset)] = value;
    }

    @Override
    public long getVolatile(long offset) {
        return (long) WORD.getVolatile(words, index(offset));
    }

    @Override
    public void setRelease(long offset, long value) {
        WORD.setRelease(words, index(offset), value);
    }

    @Override
    public boolean compareAndSet(long offset, long expected, long value) {
        return WORD.compareAndSet(words, index(offset), expected, value);
    }

    @Override
    public long getAndAdd(long offset, long delta) {
        return (long) WORD.getAndAdd(words, index(offset), delta);
    }

    @Override
    public long getAndBitwiseOr(long offset, long mask) {
        return (long) WORD.getAndBitwiseOr(words, index(offset), mask);
    }

    @Override
    public long getAndSet(long offset, long value) {
        return (long) WORD.getAndSet(words, index(offset), value);
    }

    @Override
    public void write(MemorySegment source, long sourceOffset, long offset, long length) {
        MemorySegment.copy(source, sourceOffset, bytes, offset, length);
    }

    @Override
    public void write(byte[] source, int sourceOffset, long offset, int length) {
        write(MemorySegment.ofArray(source), sourceOffset, offset, length);
    }

    @Override
    public void read(long offset, byte[] target, int targetOffset, int length) {
        MemorySegment.copy(bytes, offset, MemorySegment.ofArray(target), targetOffset, length);
    }
}

package dev.towpath.shm.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The words of a memory segment, mapped or on the heap; the only user of {@link VarHandle}.
 *
 * <p>The casts on the results are not decoration: without them the call is not exact and ten times slower.
 */
public final class SegmentWords extends Words {

    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();

    private final MemorySegment segment;

    /**
     * Makes a segment accessible as words.
     *
     * @param segment the memory; a heap segment must be a view of a {@code long[]}
     */
    public SegmentWords(MemorySegment segment) {
        this.segment = segment;
    }

    @Override
    public long get(long offset) {
        return segment.get(ValueLayout.JAVA_LONG, offset);
    }

    @Override
    public void set(long offset, long value) {
        segment.set(ValueLayout.JAVA_LONG, offset, value);
    }

    @Override
    public long getVolatile(long offset) {
        return (long) WORD.getVolatile(segment, offset);
    }

    @Override
    public void setRelease(long offset, long value) {
        WORD.setRelease(segment, offset, value);
    }

    @Override
    public boolean compareAndSet(long offset, long expected, long value) {
        return WORD.compareAndSet(segment, offset, expected, value);
    }

    @Override
    public long getAndAdd(long offset, long delta) {
        return (long) WORD.getAndAdd(segment, offset, delta);
    }

    @Override
    public long getAndBitwiseOr(long offset, long mask) {
        return (long) WORD.getAndBitwiseOr(segment, offset, mask);
    }

    @Override
    public long getAndSet(long offset, long value) {
        return (long) WORD.getAndSet(segment, offset, value);
    }

    @Override
    public void write(MemorySegment source, long sourceOffset, long offset, long length) {
        MemorySegment.copy(source, sourceOffset, segment, offset, length);
    }

    @Override
    public void write(byte[] source, int sourceOffset, long offset, int length) {
        MemorySegment.copy(source, sourceOffset, segment, ValueLayout.JAVA_BYTE, offset, length);
    }

    @Override
    public void read(long offset, byte[] target, int targetOffset, int length) {
        MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset, target, targetOffset, length);
    }
}

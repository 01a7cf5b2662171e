package dev.towpath.shm.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The words of a memory segment, mapped or on the heap; the only user of {@link VarHandle}.
 *
 * <p>The casts on the results are not decoration: without them the call is not exact and ten times slower.
 *
 * <p>The compiler must load a field anew after each volatile access, also a final one, and with it everything that the
 * checks of a segment look at: 1.5 ns an access, of which the access itself is the smallest part. A segment in a
 * {@code static final} field is a constant, and the checks shrink to two. So the first region that a JVM opens, which
 * is the only one of most, is kept in such a field ({@link #ofRegion}); the others are kept in ordinary ones.
 */
public class SegmentWords extends Words {

    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();

    private static final AtomicReference<@Nullable MemorySegment> FIRST_REGION = new AtomicReference<>();

    private final MemorySegment segment;

    /**
     * Makes a segment accessible as words.
     *
     * @param segment the memory; a heap segment must be a view of a {@code long[]}
     */
    public SegmentWords(MemorySegment segment) {
        this.segment = segment;
    }

    /**
     * Makes a region accessible as words, for operations.
     *
     * @param segment the mapped region
     * @return its words, which are the fastest for the first region that this JVM opens
     */
    public static SegmentWords ofRegion(MemorySegment segment) {
        return FIRST_REGION.compareAndSet(null, segment) ? new OfFirstRegion(segment) : new SegmentWords(segment);
    }

    /** The words of the first region, whose segment the compiler knows. */
    private static final class OfFirstRegion extends SegmentWords {

        private static final MemorySegment SEGMENT = Objects.requireNonNull(FIRST_REGION.get());

        OfFirstRegion(MemorySegment segment) {
            super(segment);
        }

        @Override
        MemorySegment segment() {
            return SEGMENT;
        }
    }

    /** The memory. */
    MemorySegment segment() {
        return segment;
    }

    @Override
    public final long get(long offset) {
        return segment().get(ValueLayout.JAVA_LONG, offset);
    }

    @Override
    public final void set(long offset, long value) {
        segment().set(ValueLayout.JAVA_LONG, offset, value);
    }

    @Override
    public final long getVolatile(long offset) {
        return (long) WORD.getVolatile(segment(), offset);
    }

    /** One copy: where nothing is compiled yet, it costs a tenth of as many single reads. */
    @Override
    public final void getAll(long offset, long[] target) {
        MemorySegment.copy(segment(), ValueLayout.JAVA_LONG, offset, target, 0, target.length);
        VarHandle.acquireFence();
    }

    @Override
    public final void setRelease(long offset, long value) {
        WORD.setRelease(segment(), offset, value);
    }

    @Override
    public final boolean compareAndSet(long offset, long expected, long value) {
        return WORD.compareAndSet(segment(), offset, expected, value);
    }

    @Override
    public final long getAndAdd(long offset, long delta) {
        return (long) WORD.getAndAdd(segment(), offset, delta);
    }

    @Override
    public final long getAndBitwiseOr(long offset, long mask) {
        return (long) WORD.getAndBitwiseOr(segment(), offset, mask);
    }

    @Override
    public final long getAndSet(long offset, long value) {
        return (long) WORD.getAndSet(segment(), offset, value);
    }

    @Override
    public final void write(MemorySegment source, long sourceOffset, long offset, long length) {
        MemorySegment.copy(source, sourceOffset, segment(), offset, length);
    }

    @Override
    public final void write(byte[] source, int sourceOffset, long offset, int length) {
        MemorySegment.copy(source, sourceOffset, segment(), ValueLayout.JAVA_BYTE, offset, length);
    }

    @Override
    public final void read(long offset, byte[] target, int targetOffset, int length) {
        MemorySegment.copy(segment(), ValueLayout.JAVA_BYTE, offset, target, targetOffset, length);
    }
}

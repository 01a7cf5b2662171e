package dev.towpath.shm.memory;

import java.lang.foreign.MemorySegment;

/**
 * Words that ask before every access: the place where a test interleaves, stops or kills operations.
 *
 * <p>A bulk copy is two accesses, a half each, so that it can be torn.
 */
public final class SteppedWords extends Words {

    private final Words words;
    private final Hook hook;

    /** Is asked before each access; what it throws, the operation throws. */
    @FunctionalInterface
    public interface Hook {

        /** Returns when the access may be made. */
        void before(Access access, long offset);
    }

    /** Decorates words. */
    public SteppedWords(Words words, Hook hook) {
        this.words = words;
        this.hook = hook;
    }

    @Override
    public long get(long offset) {
        hook.before(Access.GET, offset);
        return words.get(offset);
    }

    @Override
    public void set(long offset, long value) {
        hook.before(Access.SET, offset);
        words.set(offset, value);
    }

    @Override
    public long getVolatile(long offset) {
        hook.before(Access.GET_VOLATILE, offset);
        return words.getVolatile(offset);
    }

    @Override
    public void setRelease(long offset, long value) {
        hook.before(Access.SET_RELEASE, offset);
        words.setRelease(offset, value);
    }

    @Override
    public boolean compareAndSet(long offset, long expected, long value) {
        hook.before(Access.COMPARE_AND_SET, offset);
        return words.compareAndSet(offset, expected, value);
    }

    @Override
    public long getAndAdd(long offset, long delta) {
        hook.before(Access.GET_AND_ADD, offset);
        return words.getAndAdd(offset, delta);
    }

    @Override
    public long getAndBitwiseOr(long offset, long mask) {
        hook.before(Access.GET_AND_OR, offset);
        return words.getAndBitwiseOr(offset, mask);
    }

    @Override
    public long getAndSet(long offset, long value) {
        hook.before(Access.GET_AND_SET, offset);
        return words.getAndSet(offset, value);
    }

    @Override
    public void write(MemorySegment source, long sourceOffset, long offset, long length) {
        long half = length / 2;
        hook.before(Access.WRITE, offset);
        words.write(source, sourceOffset, offset, half);
        hook.before(Access.WRITE, offset + half);
        words.write(source, sourceOffset + half, offset + half, length - half);
    }

    @Override
    public void write(byte[] source, int sourceOffset, long offset, int length) {
        write(MemorySegment.ofArray(source), sourceOffset, offset, length);
    }

    @Override
    public void read(long offset, byte[] target, int targetOffset, int length) {
        int half = length / 2;
        hook.before(Access.READ, offset);
        words.read(offset, target, targetOffset, half);
        hook.before(Access.READ, offset + half);
        words.read(offset + half, target, targetOffset + half, length - half);
    }
}

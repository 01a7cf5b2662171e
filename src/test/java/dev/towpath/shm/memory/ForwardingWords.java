package dev.towpath.shm.memory;

import java.lang.foreign.MemorySegment;

/** Words that leave everything to others: what is different about them, a subclass says. */
public abstract class ForwardingWords extends Words {

    protected final Words words;

    protected ForwardingWords(Words words) {
        this.words = words;
    }

    @Override
    public long get(long offset) {
        return words.get(offset);
    }

    @Override
    public void set(long offset, long value) {
        words.set(offset, value);
    }

    @Override
    public long getVolatile(long offset) {
        return words.getVolatile(offset);
    }

    @Override
    public void setRelease(long offset, long value) {
        words.setRelease(offset, value);
    }

    @Override
    public boolean compareAndSet(long offset, long expected, long value) {
        return words.compareAndSet(offset, expected, value);
    }

    @Override
    public long getAndAdd(long offset, long delta) {
        return words.getAndAdd(offset, delta);
    }

    @Override
    public long getAndBitwiseOr(long offset, long mask) {
        return words.getAndBitwiseOr(offset, mask);
    }

    @Override
    public long getAndSet(long offset, long value) {
        return words.getAndSet(offset, value);
    }

    @Override
    public void write(MemorySegment source, long sourceOffset, long offset, long length) {
        words.write(source, sourceOffset, offset, length);
    }

    @Override
    public void write(byte[] source, int sourceOffset, long offset, int length) {
        words.write(source, sourceOffset, offset, length);
    }

    @Override
    public void read(long offset, byte[] target, int targetOffset, int length) {
        words.read(offset, target, targetOffset, length);
    }
}

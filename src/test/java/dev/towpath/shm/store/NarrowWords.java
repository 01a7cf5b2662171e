package dev.towpath.shm.store;

import dev.towpath.shm.memory.ForwardingWords;
import dev.towpath.shm.memory.Words;
import java.util.function.Predicate;

/**
 * The words of a region whose tags and generations have fewer bits than they should: a stale one comes round soon.
 *
 * <p>What is written is cut off, and what it is compared with. So generations grow as ever, and after the last one the
 * first one follows.
 */
final class NarrowWords extends ForwardingWords {

    private final WordNames names;
    private final int bits;
    private final Predicate<String> which;

    /**
     * Decorates words.
     *
     * @param names of the words
     * @param bits how many bits tags and generations have
     * @param which of them, by name
     */
    NarrowWords(Words words, WordNames names, int bits, Predicate<String> which) {
        super(words);
        this.names = names;
        this.bits = bits;
        this.which = which;
    }

    private long cut(long offset, long value) {
        String name = names.of(offset);
        int width = which.test(name) ? bitsBelowTag(name) + bits : Long.SIZE;
        return width >= Long.SIZE ? value : value & ((1L << width) - 1);
    }

    private static int bitsBelowTag(String name) {
        return switch (name) {
            case "block.control.control", "slab.control", "channel.control", "fanout.control", "membership.control" ->
                20;
            case "block.next.next", "channel.head", "channel.tail" -> 26;
            case "membership.link" -> 27; // in a group it is a tag, of one bit more
            case "bucket.slot" -> 28;
            case "fanout.needed" -> 32;
            default -> Long.SIZE;
        };
    }

    @Override
    public void set(long offset, long value) {
        super.set(offset, cut(offset, value));
    }

    @Override
    public void setRelease(long offset, long value) {
        super.setRelease(offset, cut(offset, value));
    }

    @Override
    public boolean compareAndSet(long offset, long expected, long value) {
        return super.compareAndSet(offset, cut(offset, expected), cut(offset, value));
    }
}

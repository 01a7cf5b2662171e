package dev.towpath.shm.store;

import dev.towpath.shm.memory.ForwardingWords;
import dev.towpath.shm.memory.Words;
import dev.towpath.shm.structure.Control;

/** Words of somebody who leaves out one kind of what he should do, and believes that he has done it. */
final class ForgetfulWords extends ForwardingWords {

    /** For any state. */
    static final int ANY_STATE = -1;

    private final WordNames names;
    private final Gap gap;

    /**
     * What is left out.
     *
     * @param word changes of words of this name
     * @param state from this state, if they are owner words
     */
    record Gap(String word, int state) {}

    ForgetfulWords(Words words, WordNames names, Gap gap) {
        super(words);
        this.names = names;
        this.gap = gap;
    }

    private boolean forgets(long offset, long old) {
        return names.of(offset).equals(gap.word) && (gap.state == ANY_STATE || gap.state == Control.state(old));
    }

    @Override
    public boolean compareAndSet(long offset, long expected, long value) {
        return forgets(offset, expected) || super.compareAndSet(offset, expected, value);
    }

    @Override
    public long getAndBitwiseOr(long offset, long mask) {
        return forgets(offset, get(offset)) ? get(offset) : super.getAndBitwiseOr(offset, mask);
    }
}

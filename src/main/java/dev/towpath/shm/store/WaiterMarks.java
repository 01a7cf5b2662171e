package dev.towpath.shm.store;

import dev.towpath.shm.memory.Words;
import dev.towpath.shm.structure.Channel;
import java.util.function.ToLongFunction;

/**
 * Sets and clears this participant's bit in the words of waiters.
 *
 * <p>A channel that somebody waits at is not given up when memory is short, so a bit must not outlive its waiters.
 * Slots share bits modulo 64: a bit that may be another's as well stays. (If that one joins just now, its bit can be
 * lost, and it looks again by itself after a while, see {@link Watch#lookAround}.)
 */
final class WaiterMarks {

    private final Words words;
    private final Participants participants;
    private final int slot;
    private final ToLongFunction<Channel> markAt;

    WaiterMarks(Words words, Participants participants, int slot, ToLongFunction<Channel> markAt) {
        this.words = words;
        this.participants = participants;
        this.slot = slot;
        this.markAt = markAt;
    }

    /** W1: says that this participant waits. */
    void set(Channel channel) {
        long at = markAt.applyAsLong(channel);
        long bit = 1L << slot;
        if ((words.getVolatile(at) & bit) == 0) {
            words.getAndBitwiseOr(at, bit);
        }
    }

    /** Says that this participant waits no more. */
    void clear(Channel channel) {
        long at = markAt.applyAsLong(channel);
        long bit = 1L << slot;
        long marks = words.getVolatile(at);
        while ((marks & bit) != 0 && !isShared() && !words.compareAndSet(at, marks, marks & ~bit)) {
            marks = words.getVolatile(at); // lock-free: another participant has come or gone, or was rung
        }
    }

    private boolean isShared() {
        for (int other = slot % Long.SIZE; other < RegionLayout.PARTICIPANTS; other += Long.SIZE) {
            if (other != slot && participants.isJoined(other)) {
                return true;
            }
        }
        return false;
    }
}

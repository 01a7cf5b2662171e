package dev.towpath.shm.store;

import dev.towpath.shm.structure.Members;
import dev.towpath.shm.structure.Run;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntFunction;

/**
 * What an operation needs besides its arguments, borrowed from a pool so that operations allocate nothing.
 *
 * <p>The pool has a place for each of a few threads; when its place is empty an operation makes a new one. There are no
 * thread-locals, which virtual threads would multiply.
 */
final class Scratch {

    /** How many messages are linked or taken in one step. */
    static final int MESSAGES = 64;

    private static final int NO_PLACE = -1;

    private final int place;
    private final Run run = new Run(MESSAGES);
    private final Run dropped = new Run(MESSAGES);
    private final Members members = new Members();
    private final Content content = new Content();
    private final SingleDelivery single;
    private final Discard discard;
    private long deadlineMillis;

    Scratch(int place, Structures structures, Payloads payloads) {
        this.place = place;
        this.single = new SingleDelivery(structures, payloads, MESSAGES);
        this.discard = new Discard(structures, payloads, MESSAGES);
    }

    /** Empty when it is borrowed. */
    Run run() {
        return run;
    }

    /** For messages that are dropped while {@link #run} is being linked. */
    Run dropped() {
        return dropped;
    }

    Members members() {
        return members;
    }

    /** Refers to nothing when it is borrowed. */
    Content content() {
        return content;
    }

    /** Notes when the messages of this operation expire. */
    Scratch expiringAt(long newDeadlineMillis) {
        deadlineMillis = newDeadlineMillis;
        return this;
    }

    long deadlineMillis() {
        return deadlineMillis;
    }

    SingleDelivery single() {
        return single;
    }

    Discard discard() {
        return discard;
    }

    /** Lends scratches. */
    static final class Pool {
        private static final int PLACES = 16;
        private static final int SPREAD = 16; // a place to a cache line

        private final AtomicIntegerArray lent = new AtomicIntegerArray(PLACES * SPREAD);
        private final Scratch[] scratches = new Scratch[PLACES];
        private final IntFunction<Scratch> maker;

        Pool(IntFunction<Scratch> maker) {
            this.maker = maker;
            Arrays.setAll(scratches, maker);
        }

        Scratch borrow() {
            int place = (int) (Thread.currentThread().threadId() % PLACES);
            Scratch scratch = lent.compareAndSet(place * SPREAD, 0, 1) ? scratches[place] : maker.apply(NO_PLACE);
            scratch.run.clear();
            return scratch;
        }

        void giveBack(Scratch scratch) {
            if (scratch.place != NO_PLACE) {
                lent.setRelease(scratch.place * SPREAD, 0);
            }
        }
    }
}

package dev.towpath.shm.store;

import dev.towpath.shm.structure.Members;
import dev.towpath.shm.structure.Run;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * What an operation needs besides its arguments, borrowed from a pool so that operations allocate nothing.
 *
 * <p>The pool has a place for each of a few threads; when its place is empty an operation makes a new one. There are no
 * thread-locals, which virtual threads would multiply.
 */
final class Scratch {

    /** How many messages are linked or taken in one step. */
    static final int MESSAGES = 64;

    private final Run run = new Run(MESSAGES);
    private final Run dropped = new Run(MESSAGES);
    private final Content content = new Content();
    private final Members members = new Members();
    private final SingleDelivery single;
    private final Discard discard;

    Scratch(Structures structures, Payloads payloads) {
        this.single = new SingleDelivery(structures, payloads, MESSAGES);
        this.discard = new Discard(structures, payloads, MESSAGES);
    }

    Run run() {
        return run;
    }

    /** For messages that are dropped while {@link #run} is being linked. */
    Run dropped() {
        return dropped;
    }

    Content content() {
        return content;
    }

    Members members() {
        return members;
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
        private static final int SPREAD = 16; // a place to a cache line or two

        private final AtomicReferenceArray<Scratch> places = new AtomicReferenceArray<>(PLACES * SPREAD);
        private final Supplier<Scratch> maker;

        Pool(Supplier<Scratch> maker) {
            this.maker = maker;
        }

        private static int place() {
            return (int) (Thread.currentThread().threadId() % PLACES) * SPREAD;
        }

        Scratch borrow() {
            Scratch scratch = places.getAndSet(place(), null);
            return scratch != null ? scratch : maker.get();
        }

        void giveBack(Scratch scratch) {
            scratch.content.clear();
            places.setRelease(place(), scratch);
        }
    }
}

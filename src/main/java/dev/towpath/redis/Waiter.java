package dev.towpath.redis;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Waits for one message from any of several queues, whoever brings it.
 *
 * <p>It is decided once, by compare-and-set: by the arrival that it is given, or by the end of its waiting. So of two
 * lanes that bring a message one finds that the waiter has one, and a waiter that has given up gets none.
 */
abstract class Waiter {
    private static final Object ENDED = new Object();

    /** Null, then an {@link Arrival}, a {@link RuntimeException}, or {@link #ENDED}. */
    private final AtomicReference<@Nullable Object> decision = new AtomicReference<>();

    /** Gives it an arrival, unless it is decided; whether it takes it. */
    final boolean offer(Arrival arrival) {
        return decide(arrival);
    }

    /** Ends its waiting with a failure, unless it is decided. */
    final boolean fail(RuntimeException failure) {
        return decide(failure);
    }

    /** Ends its waiting, unless it is decided; whether it has got nothing, and will get nothing. */
    final boolean end() {
        return decision.compareAndSet(null, ENDED);
    }

    private boolean decide(Object outcome) {
        boolean decided = decision.compareAndSet(null, outcome);
        if (decided) {
            wake();
        }
        return decided;
    }

    final boolean isDecided() {
        return decision.get() != null;
    }

    /** Gives what was received, null if it ended without; or throws what it failed with. */
    final @Nullable Arrival arrival() {
        Object outcome = decision.get();
        if (outcome instanceof RuntimeException failure) {
            throw failure;
        }
        return outcome instanceof Arrival arrival ? arrival : null;
    }

    /** Tells whoever waits that it is decided. Is called with locks held, and must be brief. */
    abstract void wake();
}

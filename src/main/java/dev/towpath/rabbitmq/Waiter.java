package dev.towpath.rabbitmq;

import dev.towpath.Message;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Waits once for a message on one of several channels.
 *
 * <p>Whoever has a message claims the waiter before he gives it: only one succeeds, and the waiter that was claimed is
 * given a message, or told to look again. A waiter that leaves is claimed by nobody after that. One that is leaving is
 * wanted no more, and takes what was on its way to it.
 */
final class Waiter {
    private enum State {
        WAITING,
        LEAVING,
        CLAIMED,
        LEFT
    }

    private final List<Address> addresses;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private final CompletableFuture<Optional<Message>> outcome = new CompletableFuture<>();
    private volatile boolean settled;

    Waiter(List<Address> addresses) {
        this.addresses = addresses;
    }

    List<Address> addresses() {
        return addresses;
    }

    boolean isWaiting() {
        return state.get() == State.WAITING;
    }

    boolean claim() {
        return state.compareAndSet(State.WAITING, State.CLAIMED) || state.compareAndSet(State.LEAVING, State.CLAIMED);
    }

    void startLeaving() {
        state.compareAndSet(State.WAITING, State.LEAVING);
    }

    /** Leaves; false if it was claimed before. */
    boolean leave() {
        return state.compareAndSet(State.WAITING, State.LEFT) || state.compareAndSet(State.LEAVING, State.LEFT);
    }

    /** Gives the message to the waiter that was claimed for it. */
    void give(Message message) {
        outcome.complete(Optional.of(message));
    }

    /** Tells the waiter that was claimed that there is nothing after all. */
    void tellToLookAgain() {
        outcome.complete(Optional.empty());
    }

    /** Waits until the waiter that was claimed is given something, and says whether there was nothing after all. */
    boolean isToldToLookAgain() {
        try {
            return outcome.join().isEmpty();
        } catch (CompletionException e) {
            return false;
        }
    }

    void fail(RuntimeException failure) {
        outcome.completeExceptionally(failure);
    }

    /** The message; nothing, if the waiter must look again; or why there will not be any. */
    CompletableFuture<Optional<Message>> outcome() {
        return outcome;
    }

    /** Notes that nothing more is on its way to this waiter from any of its queues. */
    void noteSettled() {
        settled = true;
    }

    boolean isSettled() {
        return settled;
    }
}

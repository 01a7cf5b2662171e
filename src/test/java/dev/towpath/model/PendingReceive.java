package dev.towpath.model;

import dev.towpath.Message;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Waits for a message as a future. Whoever claims it first completes it: so a future that was cancelled takes no
 * message, and one that takes a message cannot be cancelled any more.
 */
final class PendingReceive extends CompletableFuture<Message> {
    private final ModelReceiver receiver;
    private final AtomicBoolean claimed = new AtomicBoolean();

    PendingReceive(ModelReceiver receiver) {
        this.receiver = receiver;
    }

    ModelReceiver receiver() {
        return receiver;
    }

    boolean claim() {
        return claimed.compareAndSet(false, true);
    }

    boolean isClaimed() {
        return claimed.get();
    }

    /** Completes a future that was claimed. */
    void deliver(Message message) {
        super.complete(message);
    }

    @Override
    public boolean complete(Message message) {
        return claim() && super.complete(message);
    }

    @Override
    public boolean completeExceptionally(Throwable reason) {
        return claim() && super.completeExceptionally(reason);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return claim() && super.cancel(mayInterruptIfRunning);
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}

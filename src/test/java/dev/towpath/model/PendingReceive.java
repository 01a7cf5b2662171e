package dev.towpath.model;

import dev.towpath.Message;
import dev.towpath.waiting.MessageFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Waits for a message as a future. Whoever claims it first completes it: so a future that was cancelled takes no
 * message, and one that takes a message cannot be cancelled any more.
 */
final class PendingReceive extends MessageFuture {
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
        completeTaken(message);
    }

    @Override
    protected boolean unlessTaken(BooleanSupplier completion) {
        return claim() && completion.getAsBoolean();
    }
}

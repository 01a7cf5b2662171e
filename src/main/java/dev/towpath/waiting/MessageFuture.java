package dev.towpath.waiting;

import dev.towpath.Message;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Is a message to come: it is completed with a message that was taken for it, or no message is taken for it.
 *
 * <p>Who completes it otherwise, by a value, a failure or a cancellation, must win against the message first. All that
 * completes a {@link CompletableFuture} comes by here, but for its obtruding methods, which change what was decided.
 */
public abstract class MessageFuture extends CompletableFuture<Message> {
    /** Creates a future for which nothing has been taken. */
    protected MessageFuture() {}

    /**
     * Completes the future as it is told, unless a message has been taken for it; after that none will be.
     *
     * @param completion completes the future, unless somebody has before, and says whether it has
     * @return whether this call has completed the future
     */
    protected abstract boolean unlessTaken(BooleanSupplier completion);

    /** Completes the future with the message that has been taken for it. */
    protected final void completeTaken(Message message) {
        super.complete(message);
    }

    /** Completes the future with what has gone wrong with the message, or with the waiting for it. */
    protected final void failTaken(Throwable failure) {
        super.completeExceptionally(failure);
    }

    @Override
    public final boolean complete(Message value) {
        return unlessTaken(() -> super.complete(value));
    }

    @Override
    public final boolean completeExceptionally(Throwable cause) {
        Objects.requireNonNull(cause, "cause");
        return unlessTaken(() -> super.completeExceptionally(cause));
    }

    @Override
    public final boolean cancel(boolean mayInterruptIfRunning) {
        return unlessTaken(() -> super.cancel(mayInterruptIfRunning)) || isCancelled();
    }

    /** As ever, but that of the JDK would not ask whether a message has been taken. */
    @Override
    public final CompletableFuture<Message> completeAsync(Supplier<? extends Message> supplier, Executor executor) {
        Objects.requireNonNull(supplier, "supplier");
        executor.execute(() -> {
            try {
                if (!isDone()) {
                    complete(supplier.get());
                }
            } catch (RuntimeException | Error e) {
                completeExceptionally(e);
            }
        });
        return this;
    }
}

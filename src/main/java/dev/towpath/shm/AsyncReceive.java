package dev.towpath.shm;

import dev.towpath.Message;
import dev.towpath.UnreadableMessageException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A message to come, received by a virtual thread of its own.
 *
 * <p>The decision stands before the delivery: the receiving thread takes a message only while it holds the lock and the
 * future is not done, and nobody else completes the future without the lock. So whoever cancels it, or completes it in
 * any other way, either finds it completed with a message, or no message is taken for it.
 */
final class AsyncReceive extends CompletableFuture<Message> {

    private final ReentrantLock lock = new ReentrantLock();
    private final UnaryOperator<Message> completion;
    private @Nullable Message taken;
    private @Nullable Thread receiving;

    private AsyncReceive(UnaryOperator<Message> completion) {
        this.completion = completion;
    }

    /** Starts to receive a message; the future is completed with what {@code completion} makes of it, or throws. */
    static AsyncReceive start(SharedMemoryReceiver receiver, UnaryOperator<Message> completion) {
        AsyncReceive future = new AsyncReceive(completion);
        Message message = receiver.tryReceive();
        if (message != null) {
            future.completeTaken(message);
        } else {
            future.receiving = Thread.ofVirtual().name("towpath-receive").start(() -> future.run(receiver));
        }
        return future;
    }

    private void run(SharedMemoryReceiver receiver) {
        try {
            receiver.await(() -> attempt(receiver));
            if (taken != null) {
                completeTaken(taken);
            }
        } catch (InterruptedException e) {
            cancel(false); // only a completion interrupts this thread, so this changes nothing
        } catch (RuntimeException e) {
            completeExceptionally(e);
        }
    }

    private boolean attempt(SharedMemoryReceiver receiver) {
        lock.lock();
        try {
            if (isDone()) {
                return true;
            }
            taken = receiver.tryReceive();
            return taken != null;
        } finally {
            lock.unlock();
        }
    }

    private void completeTaken(Message message) {
        try {
            super.complete(completion.apply(message));
        } catch (UnreadableMessageException e) {
            super.completeExceptionally(e);
        }
    }

    /** Completes the future unless a message has been taken for it, and ends the receiving. */
    private boolean unlessTaken(BooleanSupplier completion) {
        lock.lock();
        try {
            if (taken != null || !completion.getAsBoolean()) {
                return false;
            }
        } finally {
            lock.unlock();
        }
        if (receiving != null) {
            receiving.interrupt();
        }
        return true;
    }

    @Override
    public boolean complete(Message value) {
        return unlessTaken(() -> super.complete(value));
    }

    @Override
    public boolean completeExceptionally(Throwable cause) {
        return unlessTaken(() -> super.completeExceptionally(cause));
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return unlessTaken(() -> super.cancel(mayInterruptIfRunning));
    }
}

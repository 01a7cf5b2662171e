package dev.towpath.shm;

import dev.towpath.Message;
import dev.towpath.UnreadableMessageException;
import dev.towpath.waiting.MessageFuture;
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
final class AsyncReceive extends MessageFuture {

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
            future.open(message);
        } else {
            future.receiving = Thread.ofVirtual().name("towpath-receive").start(() -> future.run(receiver));
        }
        return future;
    }

    private void run(SharedMemoryReceiver receiver) {
        try {
            receiver.await(() -> attempt(receiver));
            if (taken != null) {
                open(taken);
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

    private void open(Message message) {
        try {
            completeTaken(completion.apply(message));
        } catch (UnreadableMessageException e) {
            failTaken(e);
        }
    }

    /** As told, and ends the receiving. */
    @Override
    protected boolean unlessTaken(BooleanSupplier completion) {
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
}

package dev.towpath.rabbitmq;

import dev.towpath.Message;
import dev.towpath.waiting.MessageFuture;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A message to come.
 *
 * <p>The decision stands before the delivery: a message is taken only for a waiter that was claimed, and whoever
 * completes the future otherwise must make its waiter leave first. So either it is completed with a message, or no
 * message is taken for it. Completing it waits until the broker has taken back what may have been on its way.
 */
final class FutureMessage extends MessageFuture {
    private static final Executor THREADS =
            work -> Thread.ofVirtual().name("towpath-rabbitmq-receive").start(work);

    private final RabbitMqReceiver receiver;
    private final Waits waits;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Waiter waiter;

    /** Whether a message was taken before anybody waited, or the future was completed otherwise. */
    private boolean decided;

    private FutureMessage(RabbitMqReceiver receiver, Waits waits) {
        this.receiver = receiver;
        this.waits = waits;
    }

    static FutureMessage start(RabbitMqReceiver receiver, Waits waits) {
        FutureMessage future = new FutureMessage(receiver, waits);
        future.look();
        return future;
    }

    /** Takes what is there, or begins to wait. */
    @SuppressWarnings("FutureReturnValueIgnored") // what may go wrong in settling completes this future
    private void look() {
        Message message;
        lock.lock();
        try {
            if (decided) {
                return;
            }
            message = receiver.takeQuietly(true);
            decided = message != null;
            if (!decided) {
                Waiter fresh = waits.begin(receiver.addresses());
                waiter = fresh;
                fresh.outcome().whenCompleteAsync((outcome, failure) -> settle(fresh, failure), THREADS);
            }
        } finally {
            lock.unlock();
        }
        if (message != null) {
            completeTaken(message);
        }
    }

    /** Completes the future with what a waiter was given, or looks again. */
    private void settle(Waiter ended, @Nullable Throwable failure) {
        waits.finish(ended);
        if (failure != null) {
            failTaken(failure);
            return;
        }
        Optional<Message> outcome = ended.outcome().join();
        if (outcome.isPresent()) {
            completeTaken(outcome.get());
            return;
        }
        try {
            look();
        } catch (RuntimeException e) {
            failTaken(e);
        }
    }

    @Override
    protected boolean unlessTaken(BooleanSupplier completion) {
        lock.lock();
        try {
            Waiter last = waiter;
            if (decided || last == null) {
                return false;
            }
            if (last.leave()) {
                waits.forget(last);
            } else if (!last.isToldToLookAgain()) {
                return false;
            }
            decided = true;
        } finally {
            lock.unlock();
        }
        return completion.getAsBoolean(); // without the lock, as it runs what depends on the future
    }
}

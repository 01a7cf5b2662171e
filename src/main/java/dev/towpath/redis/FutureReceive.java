package dev.towpath.redis;

import dev.towpath.ChannelLayerException;
import dev.towpath.Message;
import dev.towpath.waiting.MessageFuture;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Is a message to come.
 *
 * <p>Its {@link Waiter} decides: whoever completes it must first end the waiting, which fails if there is a message.
 * Then it is completed with that, by a thread of its own, so that no lane does the work of those who depend on it.
 */
final class FutureReceive extends MessageFuture {
    private static final Executor TIMERS =
            task -> Thread.ofVirtual().name("towpath-redis-timeout").start(task);

    private final Waiter waiter = new Waiter() {
        @Override
        void wake() {
            Thread.ofVirtual().name("towpath-redis-complete").start(FutureReceive.this::completeDecided);
        }
    };

    private volatile @Nullable Wait wait;

    Waiter waiter() {
        return waiter;
    }

    /** Has begun to wait. */
    void begin(Wait begun) {
        wait = begun;
        if (waiter.isDecided()) {
            begun.end(); // it was decided before it was known what to leave
        }
    }

    private void completeDecided() {
        Wait begun = wait;
        if (begun != null) {
            begun.end(); // leaves the seats in the other hubs
        }
        try {
            Arrival arrival = waiter.arrival();
            if (arrival != null) {
                completeTaken(arrival.open());
            }
        } catch (ChannelLayerException | IllegalStateException e) {
            failTaken(e);
        }
    }

    /** As ever, but the JDK's one thread for all timeouts does not wait for the server, which another may need. */
    @Override
    public CompletableFuture<Message> orTimeout(long timeout, TimeUnit unit) {
        return atEnd(new CompletableFuture<Message>().orTimeout(timeout, unit));
    }

    /** As {@link #orTimeout}. */
    @Override
    public CompletableFuture<Message> completeOnTimeout(Message value, long timeout, TimeUnit unit) {
        return atEnd(new CompletableFuture<Message>().completeOnTimeout(value, timeout, unit));
    }

    /** Does what a timer does at its end, by another thread, unless this is done before. */
    @SuppressWarnings("FutureReturnValueIgnored") // neither action fails: what they do, they do to this or the timer
    private CompletableFuture<Message> atEnd(CompletableFuture<Message> timer) {
        timer.whenCompleteAsync(
                (value, timeout) -> {
                    if (timeout == null) {
                        complete(value);
                    } else if (!timer.isCancelled()) {
                        completeExceptionally(timeout);
                    }
                },
                TIMERS);
        whenComplete((message, failure) -> timer.cancel(false));
        return this;
    }

    @Override
    protected boolean unlessTaken(BooleanSupplier completion) {
        return !isDone() && Wait.end(wait, waiter) && completion.getAsBoolean();
    }
}

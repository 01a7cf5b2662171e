package dev.towpath.redis;

import dev.towpath.ChannelLayerException;
import dev.towpath.Message;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Is a message to come.
 *
 * <p>Its {@link Waiter} decides: whoever completes it must first end the waiting, which fails if there is a message.
 * Then it is completed with that, by a thread of its own, so that no lane does the work of those who depend on it.
 */
final class FutureReceive extends CompletableFuture<Message> {
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
                super.complete(arrival.open());
            }
        } catch (ChannelLayerException | IllegalStateException e) {
            super.completeExceptionally(e);
        }
    }

    private boolean unlessDecided(BooleanSupplier completion) {
        return !isDone() && Wait.end(wait, waiter) && completion.getAsBoolean();
    }

    @Override
    public boolean complete(Message value) {
        return unlessDecided(() -> super.complete(value));
    }

    @Override
    public boolean completeExceptionally(Throwable cause) {
        return unlessDecided(() -> super.completeExceptionally(cause));
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return unlessDecided(() -> super.cancel(mayInterruptIfRunning));
    }
}

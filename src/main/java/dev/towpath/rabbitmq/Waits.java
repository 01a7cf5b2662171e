package dev.towpath.rabbitmq;

import dev.towpath.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets receivers begin and stop waiting, so that nothing is on its way to one who has stopped. Thread-safe. */
final class Waits {
    private final Mailroom mailroom;
    private final SharedConsumers consumers;

    Waits(Mailroom mailroom, SharedConsumers consumers) {
        this.mailroom = mailroom;
        this.consumers = consumers;
    }

    Waiter begin(List<Address> addresses) {
        Waiter waiter = new Waiter(addresses);
        mailroom.enter(waiter);
        if (!waiter.outcome().isDone()) {
            consumers.look(addresses);
        }
        return waiter;
    }

    /** Ends the waiting of one who was given something. */
    void finish(Waiter waiter) {
        mailroom.remove(waiter);
        if (!waiter.isSettled()) {
            consumers.settle(waiter.addresses());
        }
    }

    /** Stops waiting, and gives the message that came at the last moment, if one did. */
    @Nullable
    Message stop(Waiter waiter) {
        waiter.startLeaving();
        consumers.settle(waiter.addresses());
        boolean left = waiter.leave();
        mailroom.remove(waiter);
        return left ? null : waiter.outcome().join().orElse(null);
    }

    /** Ends the waiting of one who has left without taking what may be on its way. */
    void forget(Waiter waiter) {
        mailroom.remove(waiter);
        consumers.settle(waiter.addresses());
    }
}

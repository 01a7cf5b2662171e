package dev.towpath.redis;

import java.util.List;

/** Is a waiter's place in a lane, at each of its queues. Two are equal only if they are the same. */
final class Seat {
    private final Lane lane;
    private final Waiter waiter;
    private final List<String> queues;

    Seat(Lane lane, Waiter waiter, List<String> queues) {
        this.lane = lane;
        this.waiter = waiter;
        this.queues = queues;
    }

    Waiter waiter() {
        return waiter;
    }

    List<String> queues() {
        return queues;
    }

    /** Makes the lane come back, if it is away for nobody else. */
    void beginToLeave() {
        lane.beginToLeave(this);
    }

    /** Gives the seat up. */
    void leave() {
        lane.leave(this);
    }
}

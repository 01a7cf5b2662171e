package dev.towpath.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Is one waiting at several servers: it begins with a seat in each hub, and ends with none.
 *
 * <p>Only when all seats are left is it certain that nothing comes any more. Until then a message that is on its way
 * may still be the waiter's, although it has begun to leave: it is better that it has it than that it must be put back.
 */
final class Wait {
    private final Waiter waiter;
    private final List<Seat> seats;

    private Wait(Waiter waiter, List<Seat> seats) {
        this.waiter = waiter;
        this.seats = seats;
    }

    /** Takes the seats, and then what the layer has kept in the meantime. */
    static Wait begin(Servers servers, Waiter waiter, Map<Hub, List<String>> places) {
        List<Seat> seats = new ArrayList<>();
        Wait wait = new Wait(waiter, seats);
        try {
            places.forEach((hub, queues) -> seats.add(hub.seat(waiter, queues)));
            places.values().stream().flatMap(List::stream).distinct().forEach(servers::giveKept);
            return wait;
        } catch (RuntimeException e) {
            wait.end();
            throw e;
        }
    }

    /** Leaves all seats, which takes a round trip at most; whether the waiter has got nothing, and never will. */
    boolean end() {
        seats.forEach(Seat::beginToLeave);
        seats.forEach(Seat::leave);
        return waiter.end();
    }

    static boolean end(@Nullable Wait wait, Waiter waiter) {
        return wait == null ? waiter.end() : wait.end();
    }
}

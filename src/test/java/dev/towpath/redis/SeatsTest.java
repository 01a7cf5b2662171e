package dev.towpath.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.UnreadableMessageException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeatsTest {
    private static final Set<String> AWAY = Set.of("a", "b");

    /** Notes when it is told. */
    private static final class TestWaiter extends Waiter {
        private int woken;

        @Override
        void wake() {
            woken++;
        }
    }

    private final Seats seats = new Seats();

    private Seat sit(String... queues) {
        Seat seat = new Seat(null, new TestWaiter(), List.of(queues));
        seats.add(seat);
        return seat;
    }

    private static Arrival arrival(String queue) {
        return Arrival.unreadable(queue, 1, new UnreadableMessageException(queue, new byte[0], null));
    }

    private static Object received(Seat seat) {
        return seat.waiter().end() ? null : seat.waiter().arrival();
    }

    @Test
    void theFirstWhoStaysIsServedFirstAndANewcomerLast() {
        Seat first = sit("a");
        Seat second = sit("b", "a");
        seats.settle();
        Seat newcomer = sit("a");
        seats.beginToLeave(first);
        List<Arrival> arrivals = List.of(arrival("a"), arrival("a"), arrival("a"));
        arrivals.forEach(each -> assertTrue(seats.give(each)));
        assertFalse(seats.give(arrival("a")));
        assertSame(arrivals.get(0), received(second));
        assertSame(arrivals.get(1), received(first));
        assertSame(arrivals.get(2), received(newcomer));
        assertEquals(1, ((TestWaiter) second.waiter()).woken);
        assertTrue(seats.isEmpty());
    }

    @Test
    void whoHasBeenServedGoesWhenTheLaneIsBack() {
        Seat seat = sit("a", "b");
        seats.settle();
        assertTrue(seats.give(arrival("a")));
        assertEquals(List.of(), seats.queues());
        seats.beginToLeave(seat);
        assertTrue(seats.isMissed(seat, AWAY), "the lane may come back with a message of b");
        seats.leave(seat);
        assertFalse(seats.isMissed(seat, AWAY));
    }

    @Test
    void whoHasBeenServedElsewhereGoesWhenWhatCameInVainIsBack() {
        Seat seat = sit("a");
        seats.settle();
        assertTrue(seat.waiter().offer(arrival("elsewhere")));
        assertFalse(seats.give(arrival("a")));
        seats.beginToLeave(seat);
        assertTrue(seats.isMissed(seat, AWAY), "the message is still on its way back");
        seats.leave(seat);
        assertFalse(seats.isMissed(seat, AWAY));
    }

    @Test
    void whoeverLeavesIsMissedOnlyWhereNobodyElseStays() {
        Seat one = sit("a");
        Seat other = sit("a", "b");
        seats.settle();
        seats.beginToLeave(one);
        assertFalse(seats.isMissed(one, AWAY));
        seats.beginToLeave(other);
        assertTrue(seats.isMissed(one, AWAY));
        assertFalse(seats.isMissed(one, Set.of("b")));
        Seat newcomer = sit("a");
        seats.beginToLeave(newcomer);
        assertFalse(seats.isMissed(newcomer, AWAY), "the lane did not go for it");
    }

    @Test
    void queuesAreCountedOnce() {
        assertEquals(2, seats.countWith(List.of("a", "b")));
        sit("a");
        seats.settle();
        sit("a", "b");
        assertEquals(List.of("a", "b"), seats.queues());
        assertEquals(2, seats.countWith(List.of("a", "b")));
        assertEquals(3, seats.countWith(List.of("b", "c")));
    }

    @Test
    void aFailureEndsTheWaitingAtItsQueueAlone() {
        Seat one = sit("a", "b");
        seats.settle();
        Seat newcomer = sit("a");
        Seat other = sit("b");
        seats.fail("a", new IllegalStateException("gone"));
        assertTrue(one.waiter().isDecided());
        assertTrue(newcomer.waiter().isDecided());
        assertEquals(List.of("b"), seats.queues());
        assertNull(received(other));
    }
}

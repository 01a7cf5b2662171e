package dev.towpath.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.towpath.Background;
import dev.towpath.UnreadableMessageException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SurplusTest {
    private final Surplus surplus = new Surplus();

    private static Arrival arrival(String queue, double score) {
        return Arrival.unreadable(queue, score, new UnreadableMessageException(queue, new byte[0], null));
    }

    @Test
    void whatIsOfferedInVainIsNotMissingMeanwhile() throws Exception {
        Arrival arrival = arrival("a", 2);
        surplus.add(List.of(arrival));
        List<Background<Arrival>> polling = new ArrayList<>();
        surplus.give("a", 1, offered -> {
            polling.add(Background.start(() -> surplus.poll("a", 1)).awaitWaiting());
            return false;
        });
        assertSame(arrival, polling.getFirst().result());
    }

    @Test
    void isHandedOverInOrderUntilOneIsRefused() {
        List<Arrival> arrivals = List.of(arrival("a", 1), arrival("a", 2), arrival("a", 3), arrival("a", 4));
        surplus.add(arrivals);
        surplus.add(List.of(arrival("b", 5)));
        List<Arrival> offered = new ArrayList<>();
        surplus.give("a", 1, each -> offered.add(each) && each.score() < 3);
        assertEquals(arrivals.subList(1, 3), offered);
        assertSame(arrivals.get(2), surplus.poll("a", 1));
        assertSame(arrivals.get(3), surplus.poll("a", 1));
        assertNull(surplus.poll("a", 1));
        assertEquals(1, surplus.takeAll().size());
    }

    @Test
    void whatHasExpiredIsDropped() {
        surplus.add(List.of(arrival("a", 1), arrival("a", 2)));
        surplus.give("a", 2, each -> {
            throw new AssertionError("offered " + each.score());
        });
        assertEquals(List.of(), surplus.takeAll());
    }
}

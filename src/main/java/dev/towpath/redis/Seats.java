package dev.towpath.redis;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says who sits at which queues of a lane, and in what order they came.
 *
 * <p>Those who <i>stay</i> sat there when the lane went away. Those who <i>leave</i> did too, and are given what nobody
 * who stays wants. <i>Newcomers</i> came while the lane was away, and perhaps have just received, in another way, a
 * message that was sent after the one with which it comes back: they are given that only if it is for nobody else.
 *
 * <p>Everything happens under the hub's lock.
 */
final class Seats {
    private final Map<String, Deque<Lane.Seat>> staying = new LinkedHashMap<>();
    private final Map<String, Deque<Lane.Seat>> leaving = new LinkedHashMap<>();
    private final Map<String, Deque<Lane.Seat>> newcomers = new LinkedHashMap<>();

    /** The queues at which somebody sits who does not leave. */
    List<String> queues() {
        Set<String> queues = new LinkedHashSet<>(staying.keySet());
        queues.addAll(newcomers.keySet());
        return List.copyOf(queues);
    }

    boolean isEmpty() {
        return staying.isEmpty() && newcomers.isEmpty();
    }

    /** The lane goes away: newcomers are so no more. */
    void settle() {
        newcomers.forEach((queue, seats) ->
                staying.computeIfAbsent(queue, each -> new ArrayDeque<>()).addAll(seats));
        newcomers.clear();
    }

    /** How many queues there would be with these. */
    int countWith(List<String> queues) {
        Set<String> all = new HashSet<>(staying.keySet());
        all.addAll(newcomers.keySet());
        all.addAll(queues);
        return all.size();
    }

    void add(Lane.Seat seat) {
        add(newcomers, seat);
    }

    void beginToLeave(Lane.Seat seat) {
        remove(newcomers, seat);
        if (remove(staying, seat)) {
            add(leaving, seat);
        }
    }

    void leave(Lane.Seat seat) {
        remove(leaving, seat);
    }

    private static void add(Map<String, Deque<Lane.Seat>> to, Lane.Seat seat) {
        for (String queue : seat.queues()) {
            to.computeIfAbsent(queue, each -> new ArrayDeque<>()).add(seat);
        }
    }

    private static boolean remove(Map<String, Deque<Lane.Seat>> from, Lane.Seat seat) {
        boolean removed = false;
        for (String queue : seat.queues()) {
            Deque<Lane.Seat> there = from.get(queue);
            if (there != null && there.remove(seat)) {
                removed = true;
                if (there.isEmpty()) {
                    from.remove(queue);
                }
            }
        }
        return removed;
    }

    /** Whether a seat is about to be left, and nobody stays at one of its queues that are among some. */
    boolean isMissed(Lane.Seat seat, Set<String> among) {
        for (String queue : seat.queues()) {
            Deque<Lane.Seat> there = leaving.get(queue);
            if (there != null && there.contains(seat) && among.contains(queue) && !staying.containsKey(queue)) {
                return true;
            }
        }
        return false;
    }

    /** Gives an arrival to the first of its queue who takes it, and frees the seat; whether anybody does. */
    boolean give(Arrival arrival) {
        return give(staying, arrival) || give(leaving, arrival) || give(newcomers, arrival);
    }

    private static boolean give(Map<String, Deque<Lane.Seat>> to, Arrival arrival) {
        Lane.Seat first = first(to, arrival.queue());
        while (first != null) {
            remove(to, first);
            if (first.waiter().offer(arrival)) {
                return true;
            }
            first = first(to, arrival.queue());
        }
        return false;
    }

    /** Ends the waiting of all who sit at a queue and do not leave. */
    void fail(String queue, RuntimeException failure) {
        fail(staying, queue, failure);
        fail(newcomers, queue, failure);
    }

    private static void fail(Map<String, Deque<Lane.Seat>> all, String queue, RuntimeException failure) {
        Lane.Seat first = first(all, queue);
        while (first != null) {
            remove(all, first);
            first.waiter().fail(failure);
            first = first(all, queue);
        }
    }

    private static Lane.@Nullable Seat first(Map<String, Deque<Lane.Seat>> of, String queue) {
        Deque<Lane.Seat> there = of.get(queue);
        return there == null ? null : there.peek();
    }
}

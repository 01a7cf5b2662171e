package dev.towpath.redis;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says who sits at which queues of a lane, and in what order they came.
 *
 * <p>Those who <i>stay</i> sat there when the lane went away. Those who <i>leave</i> did too, and have given up or have
 * been given something: they get what nobody who stays wants, if they have got nothing. <i>Newcomers</i> came while the
 * lane was away, and perhaps have just received, in another way, a message that was sent after the one with which it
 * comes back: they are given that only if it is for nobody else.
 *
 * <p>Everything happens under the hub's lock. What is done for one seat takes no longer when there are many.
 */
final class Seats {
    private static final SequencedSet<Seat> NOBODY = new LinkedHashSet<>();

    private final Map<String, SequencedSet<Seat>> staying = new LinkedHashMap<>();
    private final Map<String, SequencedSet<Seat>> leaving = new LinkedHashMap<>();
    private final Map<String, SequencedSet<Seat>> newcomers = new LinkedHashMap<>();

    /** The queues at which somebody sits who does not leave. */
    List<String> queues() {
        Set<String> queues = new LinkedHashSet<>(staying.keySet());
        queues.addAll(newcomers.keySet());
        return List.copyOf(queues);
    }

    boolean isEmpty() {
        return staying.isEmpty() && newcomers.isEmpty();
    }

    /** The lane is not away: newcomers are so no more. */
    void settle() {
        newcomers.forEach((queue, seats) ->
                staying.computeIfAbsent(queue, each -> new LinkedHashSet<>()).addAll(seats));
        newcomers.clear();
    }

    /** How many queues there would be with these. Each new seat asks it of all lanes, so it must not walk over all. */
    int countWith(List<String> queues) {
        int count = staying.size();
        for (String queue : newcomers.keySet()) { // few: they are so for a round trip
            count += staying.containsKey(queue) ? 0 : 1;
        }
        for (String queue : queues) {
            count += staying.containsKey(queue) || newcomers.containsKey(queue) ? 0 : 1;
        }
        return count;
    }

    void add(Seat seat) {
        add(newcomers, seat);
    }

    void beginToLeave(Seat seat) {
        remove(newcomers, seat);
        if (remove(staying, seat)) {
            add(leaving, seat);
        }
    }

    void leave(Seat seat) {
        remove(leaving, seat);
    }

    private static void add(Map<String, SequencedSet<Seat>> to, Seat seat) {
        for (String queue : seat.queues()) {
            to.computeIfAbsent(queue, each -> new LinkedHashSet<>()).add(seat);
        }
    }

    private static boolean remove(Map<String, SequencedSet<Seat>> from, Seat seat) {
        boolean removed = false;
        for (String queue : seat.queues()) {
            Set<Seat> there = from.get(queue);
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
    boolean isMissed(Seat seat, Set<String> among) {
        for (String queue : seat.queues()) {
            Set<Seat> there = leaving.get(queue);
            if (there != null && there.contains(seat) && among.contains(queue) && !staying.containsKey(queue)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Gives an arrival to the first of its queue who takes it; whether anybody does. Those who stay and have or now get
     * something begin to leave: their owners go when the lane is back.
     */
    boolean give(Arrival arrival) {
        return giveToStaying(arrival) || giveToLeaving(arrival) || giveToNewcomers(arrival);
    }

    private boolean giveToStaying(Arrival arrival) {
        Seat first = first(staying, arrival.queue());
        while (first != null) {
            beginToLeave(first);
            if (first.waiter().offer(arrival)) {
                return true;
            }
            first = first(staying, arrival.queue());
        }
        return false;
    }

    private boolean giveToLeaving(Arrival arrival) {
        Set<Seat> there = leaving.getOrDefault(arrival.queue(), NOBODY);
        return there.stream().anyMatch(seat -> seat.waiter().offer(arrival));
    }

    private boolean giveToNewcomers(Arrival arrival) {
        Seat first = first(newcomers, arrival.queue());
        while (first != null) {
            remove(newcomers, first);
            if (first.waiter().offer(arrival)) {
                return true;
            }
            first = first(newcomers, arrival.queue());
        }
        return false;
    }

    /** Ends the waiting of all who sit at a queue and do not leave. */
    void fail(String queue, RuntimeException failure) {
        fail(staying, queue, failure);
        fail(newcomers, queue, failure);
    }

    private static void fail(Map<String, SequencedSet<Seat>> all, String queue, RuntimeException failure) {
        Seat first = first(all, queue);
        while (first != null) {
            remove(all, first);
            first.waiter().fail(failure);
            first = first(all, queue);
        }
    }

    private static @Nullable Seat first(Map<String, SequencedSet<Seat>> of, String queue) {
        SequencedSet<Seat> there = of.get(queue);
        return there == null ? null : there.getFirst();
    }
}

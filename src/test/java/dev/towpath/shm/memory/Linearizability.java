package dev.towpath.shm.memory;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Searches an order of a history's operations that explains all results.
 *
 * <p>After J. M. Wing and C. Gong, "Testing and Verifying Concurrent Objects", JPDC 1993: each operation takes effect
 * at one moment between its invocation and its return; one without a result may not take effect at
 * all. What was tried once, a set of operations that leads to a state, is not tried again (G. Lowe, 2017).
 */
public final class Linearizability<S, O> {

    private record Visited(long done, Object state) {}

    private final List<Event<O>> events;
    private final Model<S, O> model;
    private final Set<Visited> visited = new HashSet<>();
    private final long complete;

    private Linearizability(List<Event<O>> events, Model<S, O> model) {
        this.events = events;
        this.model = model;
        long mask = 0;
        for (int i = 0; i < events.size(); i++) {
            mask |= events.get(i).isComplete() ? 1L << i : 0;
        }
        this.complete = mask;
    }

    /** Whether there is such an order. */
    public static <S, O> boolean holds(List<Event<O>> events, S initial, Model<S, O> model) {
        if (events.size() > Long.SIZE) {
            throw new IllegalArgumentException("a history of " + events.size() + " operations");
        }
        return new Linearizability<>(events, model).search(0, initial);
    }

    private boolean search(long done, S state) {
        if ((done & complete) == complete) {
            return true;
        }
        if (!visited.add(new Visited(done, state))) {
            return false;
        }
        int firstReturn = Integer.MAX_VALUE;
        for (int i = 0; i < events.size(); i++) {
            if ((complete & ~done & 1L << i) != 0) {
                firstReturn = Math.min(firstReturn, events.get(i).returned());
            }
        }
        for (int i = 0; i < events.size(); i++) {
            Event<O> event = events.get(i);
            if ((done & 1L << i) == 0 && event.invoked() <= firstReturn && isInTime(event, done)) {
                for (S next : model.after(state, event.operation(), event.result())) {
                    if (search(done | 1L << i, next)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Whether everything that has taken effect began before an operation ended. */
    private boolean isInTime(Event<O> event, long done) {
        for (int i = 0; i < events.size(); i++) {
            if ((done & 1L << i) != 0 && events.get(i).invoked() > event.returned()) {
                return false;
            }
        }
        return true;
    }
}

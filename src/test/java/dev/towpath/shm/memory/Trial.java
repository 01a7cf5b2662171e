package dev.towpath.shm.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a scenario on new structures, and judges what happened.
 *
 * @param <O> the operations
 */
public abstract class Trial<O> implements Scheduler.Cast<O> {

    /** Makes a trial with structures of its own. */
    protected Trial() {}

    /** Whether nobody ever changes what is at an offset, so that reading it is no step. */
    protected boolean isConstant(long offset) {
        return false;
    }

    /** Names an offset for a trace. */
    protected abstract String label(long offset);

    /** Says what is wrong after all threads have ended or died; an empty text if nothing is. */
    protected abstract String judge(Scheduler.Outcome<O> outcome, List<Event<O>> events);

    /**
     * Runs a scenario.
     *
     * @param trials makes a trial
     * @param scenario what is to happen
     * @return what went wrong, with everything that happened; or an empty text
     */
    public static <O> String run(Supplier<Trial<O>> trials, Scenario<O> scenario) {
        String failure = trials.get().run(scenario, false);
        return failure.isEmpty() ? failure : trials.get().run(scenario, true);
    }

    private String run(Scenario<O> scenario, boolean traced) {
        List<String> report = new ArrayList<>();
        String failure;
        try {
            Scheduler.Outcome<O> outcome = Scheduler.run(scenario, this::isConstant, traced ? this::label : null, this);
            List<Event<O>> events = new ArrayList<>(outcome.events());
            failure = judge(outcome, events);
            events.forEach(event -> report.add(event.toString()));
            report.addAll(outcome.trace());
        } catch (AssertionError | RuntimeException e) {
            failure = String.valueOf(e.getMessage());
        }
        return failure.isEmpty() ? "" : failure + "\n" + scenario + "\n" + String.join("\n", report);
    }

    /** The time at which events after the end of all threads begin. */
    protected static final int AFTERWARDS = Integer.MAX_VALUE / 2;

    /** Adds an operation that was performed after the end of all threads. */
    protected static <O> void add(List<Event<O>> events, int thread, O operation, @Nullable Object result) {
        int time = AFTERWARDS + 2 * events.size();
        events.add(new Event<>(thread, operation, result, time, time + 1));
    }
}

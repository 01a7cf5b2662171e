package dev.towpath.shm.memory;

import org.jspecify.annotations.Nullable;

/**
 * An operation that was invoked, and if it returned, when and with what.
 *
 * @param thread whose
 * @param operation which
 * @param result its result; null if its thread died in it
 * @param invoked when it began
 * @param returned when it ended; {@link Integer#MAX_VALUE} if its thread died in it
 * @param <O> the operations
 */
public record Event<O>(int thread, O operation, @Nullable Object result, int invoked, int returned) {

    /** Whether the operation returned. */
    public boolean isComplete() {
        return returned != Integer.MAX_VALUE;
    }

    @Override
    public String toString() {
        String end = isComplete() ? "–" + returned + " " + operation + " → " + result : "–… " + operation + " †";
        return Scenario.nameOf(thread) + " " + invoked + end;
    }
}

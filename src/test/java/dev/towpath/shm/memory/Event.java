package dev.towpath.shm.memory;

import org.jspecify.annotations.Nullable;

/**
 * An operation that was invoked, and if it returned, with what; it took effect between two times, or if it has no
 * result, perhaps not at all.
 *
 * @param thread whose
 * @param operation which
 * @param result its result; null if its thread died in it
 * @param invoked when it began
 * @param returned when it ended; {@link Integer#MAX_VALUE} if its thread died in it, because others may complete it
 * @param <O> the operations
 */
public record Event<O>(int thread, O operation, @Nullable Object result, int invoked, int returned) {

    /** Whether the operation returned. */
    public boolean isComplete() {
        return result != null;
    }

    @Override
    public String toString() {
        String end = isComplete() ? "–" + returned + " " + operation + " → " + result : "–… " + operation + " †";
        return Scenario.nameOf(thread) + " " + invoked + end;
    }
}

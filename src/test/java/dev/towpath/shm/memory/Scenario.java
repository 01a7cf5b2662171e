package dev.towpath.shm.memory;

import java.util.List;

/**
 * What some threads do, and in which order their accesses to shared memory happen.
 *
 * @param programs the operations of each thread
 * @param schedule who makes how many accesses; after its end each thread runs to its end, the first one first
 * @param deaths for each thread, before which of its writes it dies; -1 if it does not
 * @param <O> the operations
 */
public record Scenario<O>(List<List<O>> programs, List<Slice> schedule, List<Integer> deaths) {

    /** Names a thread: A, B, C … */
    public static String nameOf(int thread) {
        return String.valueOf((char) ('A' + thread));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("schedule ").append(schedule);
        for (int i = 0; i < programs.size(); i++) {
            text.append("\n  ").append(nameOf(i)).append(": ").append(programs.get(i));
            if (i < deaths.size() && deaths.get(i) >= 0) {
                text.append(", dies before write ").append(deaths.get(i));
            }
        }
        return text.toString();
    }
}

package dev.towpath.shm.memory;

/**
 * A piece of a schedule: a thread goes on undisturbed.
 *
 * @param thread which
 * @param count how far
 * @param writes whether that is a number of writes, after which it goes on up to the next one; else of accesses
 */
public record Slice(int thread, int count, boolean writes) {

    @Override
    public String toString() {
        return Scenario.nameOf(thread) + count + (writes ? "w" : "");
    }
}

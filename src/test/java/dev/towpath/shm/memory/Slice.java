package dev.towpath.shm.memory;

/** A piece of a schedule: a thread makes some accesses, undisturbed. */
public record Slice(int thread, int accesses) {

    @Override
    public String toString() {
        return Scenario.nameOf(thread) + accesses;
    }
}

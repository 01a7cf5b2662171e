package dev.towpath.shm.store;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes only expired messages, and notes to which names they were sent, if somebody wants to know.
 *
 * <p>For whom everything has expired, takes everything.
 */
final class Discard extends Delivery {

    private final List<byte[]> fullNames = new ArrayList<>();
    private boolean wantsNames;

    Discard(Structures structures, Payloads payloads, int capacity) {
        super(structures, payloads, capacity);
    }

    /** Says whether the names are wanted. */
    Discard withNames(boolean wanted) {
        wantsNames = wanted;
        return this;
    }

    @Override
    public void begin() {
        fullNames.clear();
    }

    @Override
    byte @Nullable [] reserve(int i, int length) {
        return null;
    }

    @Override
    void expired(int i, int block, long life) {
        if (wantsNames) {
            fullNames.add(prefixOf(block, life));
        }
    }

    /** The full names of the messages of the step, for a queue whose messages carry them. */
    List<byte[]> fullNames() {
        return fullNames;
    }
}

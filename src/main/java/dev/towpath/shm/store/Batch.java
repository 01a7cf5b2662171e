package dev.towpath.shm.store;

import dev.towpath.shm.structure.Run;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Copies many messages into one private buffer, which is used again for the next step.
 *
 * <p>The views of single messages are kept as well: as long as messages are of equal length, a step allocates nothing.
 * Not thread-safe.
 */
public final class Batch {

    private static final int INITIAL_BYTES = 64 << 10;

    private final Copier copier;
    private final Run run = new Run(Scratch.MESSAGES);
    private final @Nullable MemorySegment[] views = new @Nullable MemorySegment[Scratch.MESSAGES];
    private final int[] starts = new int[Scratch.MESSAGES];
    private final int[] lengths = new int[Scratch.MESSAGES];
    private final int[] origins = new int[Scratch.MESSAGES];
    private byte[] buffer = new byte[INITIAL_BYTES];
    private MemorySegment segment = MemorySegment.ofArray(buffer);
    private int delivered;
    private int next;

    Batch(Structures structures, Payloads payloads) {
        this.copier = new Copier(structures, payloads);
    }

    /** Copies into the buffer. */
    private final class Copier extends Delivery {
        private int end;
        private int start;

        Copier(Structures structures, Payloads payloads) {
            super(structures, payloads, Scratch.MESSAGES);
        }

        @Override
        public void begin() {
            delivered = 0;
            next = 0;
            end = 0;
        }

        @Override
        byte @Nullable [] reserve(int i, int length) {
            if (length > buffer.length - end) {
                if (delivered > 0) {
                    return null;
                }
                buffer = new byte[length];
                segment = MemorySegment.ofArray(buffer);
                Arrays.fill(views, null);
            }
            start = end;
            end += length;
            origins[delivered] = i;
            place(delivered++, start, length);
            return buffer;
        }

        @Override
        int offset() {
            return start;
        }
    }

    private void place(int i, int start, int length) {
        MemorySegment view = views[i];
        if (view == null || starts[i] != start || lengths[i] != length) {
            views[i] = segment.asSlice(start, length);
            starts[i] = start;
            lengths[i] = length;
        }
    }

    Run run() {
        return run;
    }

    Delivery delivery() {
        return copier;
    }

    /**
     * Gives the content of the next message that the last step has taken.
     *
     * @return a view of private memory that is valid until the next step; null if there is no other
     */
    public @Nullable MemorySegment poll() {
        return next < delivered ? views[next++] : null;
    }

    /**
     * Gives the deadline of the message that {@link #poll} has given last.
     *
     * @return milliseconds since the region was made
     */
    public long deadlineMillis() {
        return copier.deadlineMillis(origins[next - 1]);
    }
}

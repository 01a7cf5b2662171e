package dev.towpath.shm.store;

import dev.towpath.shm.structure.Blocks;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Copies one message to an array of its own.
 *
 * <p>A short message goes through a buffer that is used again: to store a new array here would cost the garbage
 * collector's barrier, which costs more than copying it twice.
 */
final class SingleDelivery extends Delivery {

    private final byte[] buffer = new byte[Blocks.GRANULE_BYTES];
    private byte @Nullable [] large;
    private int length;

    SingleDelivery(Structures structures, Payloads payloads, int capacity) {
        super(structures, payloads, capacity);
    }

    @Override
    public void begin() {
        forget();
    }

    @Override
    byte[] reserve(int i, int bytes) {
        length = bytes;
        if (bytes <= buffer.length) {
            return buffer;
        }
        byte[] target = new byte[bytes];
        large = target;
        return target;
    }

    /** Hands the content over. */
    byte[] takeContent() {
        byte[] taken = large != null ? large : Arrays.copyOf(buffer, length);
        forget();
        return taken;
    }

    private void forget() {
        if (large != null) {
            large = null;
        }
    }
}

package dev.towpath.shm.memory;

import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import java.util.function.LongBinaryOperator;
import java.util.function.LongSupplier;

/**
 * Describes the region that a process wants to open.
 *
 * @param messageMemoryBytes memory for messages, if the region has to be made
 * @param groupMemoryBytes memory for groups, if the region has to be made
 * @param fingerprint checksum of every struct in the region; regions with another one are refused
 * @param size gives the size of the whole region, header included, from the two memories; may refuse values with an
 *     {@link IllegalArgumentException} or {@link ArithmeticException}
 * @param initializer fills what is behind the header of a new region, which is all zeros; nobody sees the region before
 *     it returns
 * @param nanoClock the clock that all processes of a boot share
 */
public record RegionSpec(
        long messageMemoryBytes,
        long groupMemoryBytes,
        long fingerprint,
        LongBinaryOperator size,
        Consumer<MemorySegment> initializer,
        LongSupplier nanoClock) {

    /**
     * Computes how large the region would be.
     *
     * @return bytes
     */
    long sizeBytes() {
        long sizeBytes = size.applyAsLong(messageMemoryBytes, groupMemoryBytes);
        if (messageMemoryBytes < 0 || groupMemoryBytes < 0 || sizeBytes < HeaderLayout.SIZE_BYTES) {
            throw new IllegalArgumentException("a region of " + messageMemoryBytes + " and " + groupMemoryBytes
                    + " bytes cannot have " + sizeBytes + " bytes with its header of " + HeaderLayout.SIZE_BYTES);
        }
        return sizeBytes;
    }
}

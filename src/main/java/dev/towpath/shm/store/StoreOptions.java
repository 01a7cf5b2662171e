package dev.towpath.shm.store;

import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;

/**
 * What a participant wants of its store.
 *
 * @param messageMemoryBytes memory for messages, if the region has to be made
 * @param groupMemoryBytes memory for groups, if the region has to be made
 * @param expiryNanos how long a message lives
 * @param groupExpiryNanos how long a membership lives
 * @param evictOnExpiry whether an unread message that expires ends its channel's memberships
 * @param capacityOf capacity of a full name, in ASCII
 * @param nanoClock the clock that all participants share
 */
public record StoreOptions(
        long messageMemoryBytes,
        long groupMemoryBytes,
        long expiryNanos,
        long groupExpiryNanos,
        boolean evictOnExpiry,
        ToIntFunction<byte[]> capacityOf,
        LongSupplier nanoClock) {}

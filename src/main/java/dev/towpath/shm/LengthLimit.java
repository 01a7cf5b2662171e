package dev.towpath.shm;

import dev.towpath.MessageTooLargeException;
import dev.towpath.shm.store.Mailbox;
import dev.towpath.shm.store.Store;

/**
 * Refuses messages that are longer than the layer allows, or than its region can hold when nothing else is in it: there
 * will never be room for these, so nobody should be told to wait.
 */
final class LengthLimit {

    private final int allowed;
    private final long longestContentBytes;
    private final long messageMemoryBytes;

    /** Limits messages to a length that the layer allows, and to what its region can hold. */
    LengthLimit(int allowed, Store store) {
        this.allowed = allowed;
        this.longestContentBytes = store.longestContentBytes();
        this.messageMemoryBytes = store.messageMemoryBytes();
    }

    /** Checks the length of a message to a group. */
    void require(long length) {
        require(length, longestContentBytes);
    }

    /** Checks the length of a message to a channel, whose full name may have to be kept with it. */
    void require(long length, Mailbox mailbox) {
        require(length, longestContentBytes - mailbox.prefixBytes());
    }

    private void require(long length, long longest) {
        if (length > allowed) {
            throw new MessageTooLargeException(length, allowed);
        }
        if (length > longest) {
            String why = ": its message memory of " + messageMemoryBytes
                    + " bytes holds none that is longer; make the region anew with more messageMemory";
            throw new MessageTooLargeException(length, Math.toIntExact(longest), why);
        }
    }
}

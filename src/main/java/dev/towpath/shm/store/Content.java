package dev.towpath.shm.store;

import dev.towpath.shm.memory.Words;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What is to be sent: a prefix and a payload, seen as one.
 *
 * <p>For messages that take more than a granule, and so more time than the garbage collector's barrier, which a
 * reference costs that is written into an older object.
 */
final class Content {

    static final byte[] NO_PREFIX = new byte[0];

    private byte[] prefix = NO_PREFIX;
    private byte @Nullable [] array;
    private @Nullable MemorySegment segment;
    private int payloadLength;

    /** Refers to bytes from now on. */
    Content refer(byte[] newPrefix, byte[] payload) {
        prefix = newPrefix;
        array = payload;
        segment = null;
        payloadLength = payload.length;
        return this;
    }

    /** Refers to a segment from now on, which is not longer than any message may be. */
    Content refer(byte[] newPrefix, MemorySegment payload) {
        prefix = newPrefix;
        array = null;
        segment = payload;
        payloadLength = (int) payload.byteSize();
        return this;
    }

    /** Puts the same payload behind another prefix. */
    Content behind(byte[] newPrefix) {
        prefix = newPrefix;
        return this;
    }

    /** Refers to nothing any more, so that it keeps no memory from the garbage collector. */
    void forget() {
        refer(NO_PREFIX, NO_PREFIX);
    }

    byte[] prefix() {
        return prefix;
    }

    int payloadLength() {
        return payloadLength;
    }

    int length() {
        return prefix.length + payloadLength;
    }

    /** Copies a piece to the region. */
    void write(Words words, int from, long at, int length) {
        int ofPrefix = Math.clamp((long) prefix.length - from, 0, length);
        if (ofPrefix > 0) {
            words.write(prefix, from, at, ofPrefix);
        }
        int fromPayload = from + ofPrefix - prefix.length;
        if (array != null) {
            words.write(array, fromPayload, at + ofPrefix, length - ofPrefix);
        } else if (segment != null) {
            words.write(segment, fromPayload, at + ofPrefix, length - ofPrefix);
        }
    }
}

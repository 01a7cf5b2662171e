package dev.towpath.shm.store;

import dev.towpath.shm.memory.Words;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What is to be sent: a prefix and a payload, seen as one.
 *
 * <p>Made anew for each operation and never stored: a reference that is written into an older object costs the garbage
 * collector's barrier, and that costs more than a short-lived object, which the compiler mostly takes apart.
 */
final class Content {

    private static final byte[] NO_PREFIX = new byte[0];

    private final byte[] prefix;
    private final byte @Nullable [] array;
    private final @Nullable MemorySegment segment;
    private final int payloadLength;

    private Content(byte[] prefix, byte @Nullable [] array, @Nullable MemorySegment segment, int payloadLength) {
        this.prefix = prefix;
        this.array = array;
        this.segment = segment;
        this.payloadLength = payloadLength;
    }

    /** Refers to bytes. */
    static Content of(byte[] payload) {
        return new Content(NO_PREFIX, payload, null, payload.length);
    }

    /** Refers to a segment, which is not longer than any message may be. */
    static Content of(MemorySegment payload) {
        return new Content(NO_PREFIX, null, payload, (int) payload.byteSize());
    }

    /** The same payload behind another prefix. */
    Content withPrefix(byte[] newPrefix) {
        return new Content(newPrefix, array, segment, payloadLength);
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

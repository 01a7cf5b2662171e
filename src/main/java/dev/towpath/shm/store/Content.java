package dev.towpath.shm.store;

import dev.towpath.shm.memory.Words;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What is to be sent: a prefix and a payload, seen as one.
 *
 * <p>Refers to arrays and segments of others for the time of one operation. Reused, because wrapping each payload anew
 * would cost more than copying a short one. Not thread-safe.
 */
final class Content {

    private static final byte[] NOTHING = new byte[0];

    private byte[] prefix = NOTHING;
    private byte @Nullable [] array = NOTHING;
    private @Nullable MemorySegment segment;
    private int payloadLength;

    /** Refers to bytes. */
    Content set(byte[] payload) {
        array = payload;
        segment = null;
        payloadLength = payload.length;
        return withoutPrefix();
    }

    /** Refers to a segment, which is not longer than any message may be. */
    Content set(MemorySegment payload) {
        array = null;
        segment = payload;
        payloadLength = (int) payload.byteSize();
        return withoutPrefix();
    }

    /** Puts another prefix before the same payload. */
    Content withPrefix(byte[] newPrefix) {
        prefix = newPrefix;
        return this;
    }

    Content withoutPrefix() {
        return withPrefix(NOTHING);
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

    /** Lets go of what it referred to. */
    void clear() {
        set(NOTHING);
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

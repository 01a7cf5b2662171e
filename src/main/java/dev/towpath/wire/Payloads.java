package dev.towpath.wire;

import dev.towpath.MessageTooLargeException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;

/** Makes the map that travels of what programs send, and refuses what is too long. Thread-safe. */
public final class Payloads {
    private final EnvelopeFormat format;
    private final int maxMessageSize;

    /**
     * Creates what makes maps.
     *
     * @param format how they are written
     * @param maxMessageSize the longest message in bytes; what bytes need besides themselves does not count
     */
    public Payloads(EnvelopeFormat format, int maxMessageSize) {
        this.format = format;
        this.maxMessageSize = maxMessageSize;
    }

    /** Makes what travels of a map. */
    public byte[] encode(Map<String, ?> message) {
        byte[] map = format.codec().encode(message);
        requireLength(map.length);
        return map;
    }

    /** Makes what travels of bytes. */
    public byte[] wrap(byte[] payload) {
        requireLength(Objects.requireNonNull(payload, "payload").length);
        return format.ofBytes(ByteBuffer.wrap(payload));
    }

    /** Makes what travels of the bytes of a segment. */
    public byte[] wrap(MemorySegment payload) {
        requireLength(Objects.requireNonNull(payload, "payload").byteSize());
        return format.ofBytes(ByteBuffer.wrap(payload.toArray(ValueLayout.JAVA_BYTE)));
    }

    private void requireLength(long length) {
        if (length > maxMessageSize) {
            throw new MessageTooLargeException(length, maxMessageSize);
        }
    }
}

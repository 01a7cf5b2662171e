package dev.towpath.rabbitmq;

import dev.towpath.MessageTooLargeException;
import dev.towpath.wire.Envelope;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;

/** Makes the map that travels of what programs send, and refuses what is too long. */
final class Payloads {
    private final int maxMessageSize;

    Payloads(int maxMessageSize) {
        this.maxMessageSize = maxMessageSize;
    }

    byte[] encode(Map<String, ?> message) {
        byte[] map = Parcel.CODEC.encode(message);
        requireLength(map.length);
        return map;
    }

    byte[] wrap(byte[] payload) {
        requireLength(Objects.requireNonNull(payload, "payload").length);
        return Envelope.ofBytes(ByteBuffer.wrap(payload));
    }

    byte[] wrap(MemorySegment payload) {
        requireLength(Objects.requireNonNull(payload, "payload").byteSize());
        return Envelope.ofBytes(ByteBuffer.wrap(payload.toArray(ValueLayout.JAVA_BYTE)));
    }

    private void requireLength(long length) {
        if (length > maxMessageSize) {
            throw new MessageTooLargeException(length, maxMessageSize);
        }
    }
}

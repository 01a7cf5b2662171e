package dev.towpath.wire;

import dev.towpath.MessageCodec;
import dev.towpath.MessageWalk;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Encodes messages in MessagePack, byte by byte as Python's library does, and reads whatever complies and holds only
 * what a message may. Thread-safe.
 */
public final class MessagePackCodec implements MessageCodec {
    private static final int USUAL_LENGTH = 256;

    private final Set<String> reservedKeys;

    /** Creates a codec that refuses messages with any of these keys at their top. */
    public MessagePackCodec(String... reservedKeys) {
        this.reservedKeys = Set.of(reservedKeys);
    }

    @Override
    public byte[] encode(Map<String, ?> message) {
        MessagePackWriter writer = new MessagePackWriter(USUAL_LENGTH);
        new Walk(reservedKeys, writer).walk(message);
        return writer.toByteArray();
    }

    @Override
    public Map<String, @Nullable Object> decode(byte[] payload) {
        MessagePackReader reader = new MessagePackReader(Objects.requireNonNull(payload, "payload"));
        Map<String, @Nullable Object> message = reader.readMap();
        reader.requireEnd();
        return message;
    }

    /** Hands the values of a message to a writer. */
    private static final class Walk extends MessageWalk {
        private final MessagePackWriter writer;

        Walk(Set<String> reservedKeys, MessagePackWriter writer) {
            super(reservedKeys);
            this.writer = writer;
        }

        @Override
        protected void writeNull() {
            writer.writeNull();
        }

        @Override
        protected void writeBoolean(boolean truth) {
            writer.writeBoolean(truth);
        }

        @Override
        protected void writeLong(long number) {
            writer.writeLong(number);
        }

        @Override
        protected void writeDouble(double number) {
            writer.writeDouble(number);
        }

        @Override
        protected void writeText(String text) {
            writer.writeText(text);
        }

        @Override
        protected void writeBytes(byte[] bytes) {
            writer.writeBytes(bytes);
        }

        @Override
        protected void startMap(int size) {
            writer.startMap(size);
        }

        @Override
        protected void startList(int size) {
            writer.startList(size);
        }
    }
}

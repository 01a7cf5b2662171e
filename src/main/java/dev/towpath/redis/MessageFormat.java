package dev.towpath.redis;

import dev.towpath.Message;
import dev.towpath.MessageTooLargeException;
import dev.towpath.UnreadableMessageException;
import dev.towpath.crypto.Fernet;
import dev.towpath.wire.Envelope;
import dev.towpath.wire.MessagePackCodec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns messages into members of a queue and back: random bytes that make them different, and a map in MessagePack,
 * which may be encrypted as a Fernet token. Thread-safe.
 */
final class MessageFormat {
    private static final int CLOCKS_DIFFER_SECONDS = 10;

    private final MessagePackCodec codec = new MessagePackCodec(Envelope.CHANNEL_KEY);
    private final SecureRandom random = new SecureRandom();
    private final int randomLength;
    private final int maxMessageSize;
    private final long validSeconds;
    private final @Nullable Fernet fernet;

    MessageFormat(Settings settings) {
        randomLength = settings.randomPrefixLength();
        maxMessageSize = settings.maxMessageSize();
        validSeconds = settings.expiry().toSeconds() + CLOCKS_DIFFER_SECONDS;
        fernet = settings.encryptionKeys().isEmpty() ? null : Fernet.of(settings.encryptionKeys());
    }

    /** Makes what travels of a map. */
    byte[] map(Map<String, ?> message) {
        byte[] map = codec.encode(message);
        requireLength(map.length);
        return map;
    }

    /** Makes what travels of bytes. */
    byte[] map(byte[] payload) {
        requireLength(Objects.requireNonNull(payload, "payload").length);
        return Envelope.ofBytes(ByteBuffer.wrap(payload));
    }

    /** Makes what travels of the bytes of a segment. */
    byte[] map(MemorySegment payload) {
        requireLength(Objects.requireNonNull(payload, "payload").byteSize());
        return Envelope.ofBytes(ByteBuffer.wrap(payload.toArray(ValueLayout.JAVA_BYTE)));
    }

    private void requireLength(long length) {
        if (length > maxMessageSize) {
            throw new MessageTooLargeException(length, maxMessageSize);
        }
    }

    /** Random bytes, to stand before a map or a token. */
    byte[] randomStart() {
        byte[] start = new byte[randomLength];
        random.nextBytes(start);
        return start;
    }

    boolean encrypts() {
        return fernet != null;
    }

    /** Makes a member of a map, which may have a mark. */
    byte[] member(byte[] map, double now) {
        byte[] body = encrypted(map, now);
        byte[] member = Arrays.copyOf(randomStart(), randomLength + body.length);
        System.arraycopy(body, 0, member, randomLength, body.length);
        return member;
    }

    /** Encrypts a map, if there are keys. */
    private byte[] encrypted(byte[] map, double now) {
        return fernet == null ? map : fernet.encrypt(map, (long) now);
    }

    /** Opens a member of a queue: one message for each name that it was sent to. */
    List<Arrival> open(String queue, byte[] member, double score, double now) {
        byte[] body = Arrays.copyOfRange(member, Math.min(randomLength, member.length), member.length);
        try {
            byte[] map = fernet == null ? body : fernet.decrypt(body, (long) now, validSeconds);
            Envelope envelope = Envelope.open(map, Envelope.CHANNEL_KEY);
            List<String> names = envelope.names(Envelope.CHANNEL_KEY);
            if (names.size() <= 1) {
                Message message = new Message(names.isEmpty() ? queue : names.getFirst(), envelope.payload(), codec);
                return List.of(Arrival.of(queue, score, message, envelope.unmarked()));
            }
            return names.stream()
                    .map(name -> new Message(name, envelope.payload().clone(), codec))
                    .map(message -> Arrival.of(queue, score, message, envelope.unmarked()))
                    .toList();
        } catch (IllegalArgumentException e) {
            return List.of(Arrival.unreadable(queue, score, new UnreadableMessageException(queue, body, e)));
        }
    }
}

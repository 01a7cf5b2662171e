package dev.towpath.redis;

import dev.towpath.Message;
import dev.towpath.UnreadableMessageException;
import dev.towpath.crypto.Fernet;
import dev.towpath.wire.Envelope;
import dev.towpath.wire.EnvelopeFormat;
import dev.towpath.wire.JsonFormat;
import dev.towpath.wire.MessagePackFormat;
import dev.towpath.wire.Payloads;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns messages into members of a queue and back: random bytes that make them different, and a map in MessagePack or
 * JSON, which may be encrypted as a Fernet token. Thread-safe.
 */
final class MessageFormat {
    private static final int CLOCKS_DIFFER_SECONDS = 10;

    private final EnvelopeFormat format;
    private final SecureRandom random = new SecureRandom();
    private final int randomLength;
    private final Payloads payloads;
    private final long validSeconds;
    private final @Nullable Fernet fernet;

    MessageFormat(Settings settings) {
        format = switch (settings.serializer()) {
            case MESSAGE_PACK -> new MessagePackFormat(Envelope.CHANNEL_KEY);
            case JSON -> new JsonFormat(Envelope.CHANNEL_KEY);
        };
        randomLength = settings.randomPrefixLength();
        payloads = new Payloads(format, settings.maxMessageSize());
        validSeconds = settings.expiry().toSeconds() + CLOCKS_DIFFER_SECONDS;
        fernet = settings.encryptionKeys().isEmpty() ? null : Fernet.of(settings.encryptionKeys());
    }

    /** What makes the maps that travel. */
    Payloads payloads() {
        return payloads;
    }

    /** Makes a map that says to which name it is sent. */
    byte[] marked(byte[] map, String name) {
        return format.marked(map, Envelope.CHANNEL_KEY, name);
    }

    /** Makes a map that says to which names it is sent. */
    byte[] marked(byte[] map, List<String> names) {
        return format.marked(map, Envelope.CHANNEL_KEY, names);
    }

    boolean encrypts() {
        return fernet != null;
    }

    /** Makes a member of a map, which may be marked. */
    byte[] member(byte[] map, double now) {
        return behindRandom(encrypted(map, now));
    }

    /** Makes what members that are not encrypted start with, if only their marks differ. */
    byte[] memberStart(byte[] map) {
        return behindRandom(format.start(map));
    }

    /** Makes what the member for some names ends with. */
    byte[] memberEnd(List<String> names) {
        return format.mark(Envelope.CHANNEL_KEY, names);
    }

    private byte[] behindRandom(byte[] body) {
        byte[] start = new byte[randomLength];
        random.nextBytes(start);
        byte[] member = Arrays.copyOf(start, randomLength + body.length);
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
            Envelope envelope = format.open(map);
            List<String> names = envelope.names(Envelope.CHANNEL_KEY);
            if (names.size() <= 1) {
                Message message =
                        new Message(names.isEmpty() ? queue : names.getFirst(), envelope.payload(), format.codec());
                return List.of(Arrival.of(queue, score, message, envelope.unmarked()));
            }
            return names.stream()
                    .map(name -> new Message(name, envelope.payload().clone(), format.codec()))
                    .map(message -> Arrival.of(queue, score, message, envelope.unmarked()))
                    .toList();
        } catch (IllegalArgumentException e) {
            return List.of(Arrival.unreadable(queue, score, new UnreadableMessageException(queue, body, e)));
        }
    }
}

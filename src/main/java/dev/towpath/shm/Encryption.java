package dev.towpath.shm;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.towpath.Message;
import dev.towpath.MessageCodec;
import dev.towpath.MessageTooLargeException;
import dev.towpath.UnreadableMessageException;
import dev.towpath.crypto.Seal;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Encrypts payloads before they are sent, and decrypts them after they are received, so that nothing below knows of it.
 *
 * <p>A payload belongs to the prefix and the full name it is sent to, or to the prefix and the group. It is
 * authenticated together with these, so elsewhere it does not open. The payload of a group send is stored once for many
 * members and cannot belong to each of their channels: it carries the group's name and opens in every channel. Binding
 * it to the members would add nothing, because who can move messages in a region can change memberships too.
 *
 * <table>
 * <caption>An encrypted payload</caption>
 * <tr><th>bytes</th><th>content</th></tr>
 * <tr><td>0</td><td>0 if it was sent to a channel, else the length of the group's name</td></tr>
 * <tr><td>1–</td><td>the group's name, in ASCII</td></tr>
 * <tr><td>then</td><td>the {@linkplain Seal sealed} payload, whose context is {@code channel:prefix:name} or {@code
 *     group:prefix:name}</td></tr>
 * </table>
 *
 * <p>Names, the length of a payload, and who is in a group can be seen; that a message was repeated, withheld or moved
 * within its queue is not noticed. Thread-safe.
 */
final class Encryption {

    /** By how many bytes a payload grows at most: a byte, the longest name of a group, and the seal. */
    static final int MOST_OVERHEAD_BYTES = 140;

    private static final byte TO_CHANNEL = 0;

    private final Seal seal;
    private final String prefix;
    private final int maxMessageSize;
    private final MessageCodec codec = MessageCodec.smile();

    Encryption(List<String> keys, String prefix, int maxMessageSize) {
        this.seal = Seal.of(keys);
        this.prefix = prefix;
        this.maxMessageSize = maxMessageSize;
    }

    /** What is sealed into each payload for a channel, by its full name. */
    byte[] contextOfChannel(String channel) {
        return bytes("channel:" + prefix + ":" + channel);
    }

    private byte[] contextOfGroup(String group) {
        return bytes("group:" + prefix + ":" + group);
    }

    byte[] encode(Map<String, ?> message) {
        return codec.encode(message);
    }

    /** Encrypts a payload for the channel that the context is of. */
    byte[] encryptForChannel(byte[] payload, byte[] context) {
        requireLength(Objects.requireNonNull(payload, "payload").length);
        return seal.seal(payload, context, 1);
    }

    /** Encrypts a payload for a group. */
    byte[] encryptForGroup(byte[] payload, String group) {
        requireLength(Objects.requireNonNull(payload, "payload").length);
        byte[] name = bytes(group);
        byte[] encrypted = seal.seal(payload, contextOfGroup(group), 1 + name.length);
        encrypted[0] = (byte) name.length;
        System.arraycopy(name, 0, encrypted, 1, name.length);
        return encrypted;
    }

    void requireLength(long length) {
        if (length > maxMessageSize) {
            throw new MessageTooLargeException(length, maxMessageSize);
        }
    }

    /** Decrypts a message. */
    Message decrypt(Message encrypted) {
        return new Message(encrypted.channel(), decrypt(encrypted.channel(), encrypted.bytes()), codec);
    }

    /** Decrypts the payload of a message that was received from a channel. */
    byte[] decrypt(String channel, byte[] encrypted) {
        try {
            if (encrypted.length == 0) {
                throw new IllegalArgumentException("it is too short to be encrypted");
            }
            if (encrypted[0] == TO_CHANNEL) {
                return seal.open(encrypted, 1, contextOfChannel(channel));
            }
            int groupLength = encrypted[0] & 0xFF;
            if (1 + groupLength > encrypted.length) {
                throw new IllegalArgumentException("it is not encrypted");
            }
            String group = new String(encrypted, 1, groupLength, ISO_8859_1);
            return seal.open(encrypted, 1 + groupLength, contextOfGroup(group));
        } catch (IllegalArgumentException e) {
            throw new UnreadableMessageException(channel, encrypted, e);
        }
    }

    private static byte[] bytes(String name) {
        return name.getBytes(ISO_8859_1);
    }
}

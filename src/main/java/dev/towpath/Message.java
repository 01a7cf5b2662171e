package dev.towpath;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Holds a received message: the channel it was sent to, and its bytes, which may also be looked at as a map.
 *
 * <p>Nobody else has this message, so it is not copied again: {@link #bytes()} gives out the array itself. Whoever
 * shares a message between threads and writes to that array must coordinate them.
 */
public final class Message {
    private final String channel;
    private final byte[] payload;
    private final MessageCodec codec;

    /**
     * Creates a message. For those who write a layer.
     *
     * @param channel the full name it was sent to
     * @param payload its bytes, which the message keeps without copying them
     * @param codec turns the bytes into a map
     */
    public Message(String channel, byte[] payload, MessageCodec codec) {
        this.channel = Objects.requireNonNull(channel, "channel");
        this.payload = Objects.requireNonNull(payload, "payload");
        this.codec = Objects.requireNonNull(codec, "codec");
    }

    /**
     * Gives the full name that the message was sent to; for a process-local channel, with the part after the
     * {@code !}.
     *
     * @return the name
     */
    public String channel() {
        return channel;
    }

    /**
     * Gives the bytes of the message.
     *
     * @return the message's own array, not a copy: the same one each time
     */
    public byte[] bytes() {
        return payload;
    }

    /**
     * Decodes the bytes into a map.
     *
     * @return a new map each time, in the order in which the sender's map was; see {@link MessageCodec} for the types
     *     of its values
     * @throws UnreadableMessageException if the bytes are not an encoded map; it keeps the channel and the bytes
     */
    public Map<String, @Nullable Object> map() {
        try {
            return codec.decode(payload);
        } catch (IllegalArgumentException e) {
            throw new UnreadableMessageException(channel, payload, e);
        }
    }

    /**
     * Describes the message by its channel and length.
     *
     * @return such as {@code Message[channel=http.request, length=211]}
     */
    @Override
    public String toString() {
        return "Message[channel=" + channel + ", length=" + payload.length + "]";
    }
}

package dev.towpath;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reports that a received message cannot be decrypted, or that its bytes are not an encoded map. It keeps the bytes, so
 * that nothing is lost.
 */
public final class UnreadableMessageException extends ChannelLayerException {
    private static final long serialVersionUID = 1L;

    /** The full name of the channel. */
    private final String channel;

    /** What could not be decrypted or decoded. */
    private final byte[] bytes;

    /**
     * Creates the exception. For those who write a layer.
     *
     * @param channel the full name that the message was sent to
     * @param bytes the message, which the exception keeps without copying it
     * @param cause what is wrong with it
     */
    public UnreadableMessageException(String channel, byte[] bytes, @Nullable Throwable cause) {
        super(
                "the message on channel " + channel + " (" + bytes.length + " bytes) cannot be read"
                        + (cause == null ? "" : ": " + cause.getMessage()),
                cause);
        this.channel = Objects.requireNonNull(channel, "channel");
        this.bytes = bytes;
    }

    /**
     * Gives the channel.
     *
     * @return the full name that the message was sent to
     */
    public String channel() {
        return channel;
    }

    /**
     * Gives the bytes of the message.
     *
     * @return the message's own array, not a copy
     */
    public byte[] bytes() {
        return bytes;
    }
}

package dev.towpath;

/** Reports that a message was not sent because it is longer than the layer allows, or can ever hold. */
public final class MessageTooLargeException extends ChannelLayerException {
    private static final long serialVersionUID = 1L;

    /** The length of the message, in bytes. */
    private final long length;

    /** The longest length allowed, in bytes. */
    private final int limit;

    /**
     * Creates the exception. For those who write a layer.
     *
     * @param length the message's length in bytes
     * @param limit the longest length allowed, in bytes
     */
    public MessageTooLargeException(long length, int limit) {
        this(length, limit, "");
    }

    /**
     * Creates the exception for a limit that the user may not expect. For those who write a layer.
     *
     * @param length the message's length in bytes
     * @param limit the longest length allowed, in bytes
     * @param why where the limit comes from, and what to do about it; goes on behind a sentence on the two lengths
     */
    public MessageTooLargeException(long length, int limit, String why) {
        super("the message is " + length + " bytes long, and " + limit + " bytes is the most this layer allows" + why);
        this.length = length;
        this.limit = limit;
    }

    /**
     * Gives the length of the message.
     *
     * @return its length in bytes; for a map, the length once encoded
     */
    public long length() {
        return length;
    }

    /**
     * Gives the limit.
     *
     * @return the longest length allowed, in bytes
     */
    public int limit() {
        return limit;
    }
}

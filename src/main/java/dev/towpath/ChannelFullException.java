package dev.towpath;

import java.util.Objects;

/**
 * Reports that a message was not sent because there was no room for it: the channel holds as many messages as it may,
 * or the memory for messages is used up. Nothing was stored.
 */
public final class ChannelFullException extends ChannelLayerException {
    private static final long serialVersionUID = 1L;

    /** The full name of the channel. */
    private final String channel;

    /** The capacity of the channel. */
    private final int capacity;

    /** Whether the memory is used up, and not the channel. */
    private final boolean memoryFull;

    private ChannelFullException(String message, String channel, int capacity, boolean memoryFull) {
        super(message);
        this.channel = Objects.requireNonNull(channel, "channel");
        this.capacity = capacity;
        this.memoryFull = memoryFull;
    }

    /**
     * Creates the exception for a channel that holds as many messages as it may. For those who write a layer.
     *
     * @param channel the full name that was sent to
     * @param capacity how many messages may wait in it
     * @return the exception
     */
    public static ChannelFullException atCapacity(String channel, int capacity) {
        String message = "channel " + channel + " is full: " + capacity + " messages wait in it";
        return new ChannelFullException(message, channel, capacity, false);
    }

    /**
     * Creates the exception for a message that the memory for messages has no room for. For those who write a layer.
     *
     * @param channel the full name that was sent to
     * @param capacity how many messages may wait in it
     * @return the exception
     */
    public static ChannelFullException outOfMemory(String channel, int capacity) {
        String message = "no room for a message to channel " + channel + ": the layer's message memory is used up";
        return new ChannelFullException(message, channel, capacity, true);
    }

    /**
     * Gives the channel.
     *
     * @return the full name that was sent to
     */
    public String channel() {
        return channel;
    }

    /**
     * Gives the channel's capacity.
     *
     * @return how many messages may wait in it
     */
    public int capacity() {
        return capacity;
    }

    /**
     * Tells what was full.
     *
     * @return {@code true} if the memory for messages is used up, or as many channels are in use as it has room for;
     *     {@code false} if the channel is at its capacity
     */
    public boolean memoryFull() {
        return memoryFull;
    }
}

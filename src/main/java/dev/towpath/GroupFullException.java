package dev.towpath;

import java.util.Objects;

/** Reports that a channel was not added to a group because the memory for groups is used up. */
public final class GroupFullException extends ChannelLayerException {
    private static final long serialVersionUID = 1L;

    /** The group's name. */
    private final String group;

    /** The full name of the channel. */
    private final String channel;

    /**
     * Creates the exception. For those who write a layer.
     *
     * @param group the group's name
     * @param channel the channel that was to be added
     */
    public GroupFullException(String group, String channel) {
        super("no room for channel " + channel + " in group " + group + ": the layer's group memory is used up");
        this.group = Objects.requireNonNull(group, "group");
        this.channel = Objects.requireNonNull(channel, "channel");
    }

    /**
     * Gives the group.
     *
     * @return its name
     */
    public String group() {
        return group;
    }

    /**
     * Gives the channel that was to be added.
     *
     * @return its full name
     */
    public String channel() {
        return channel;
    }
}

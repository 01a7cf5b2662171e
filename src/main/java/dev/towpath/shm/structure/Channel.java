package dev.towpath.shm.structure;

/**
 * One life of a channel, as a participant has found it: where its words are, and hints about its queue.
 *
 * <p>The hints are a block that was the last message once, and lower bounds of positions that only grow: what was once
 * true stays true for this life of the channel, so they may be stale, and racing threads may overwrite each other's:
 * plain fields, as a 64-bit JVM writes a long whole. They spare a sender the line that receivers write, and the line
 * that other senders write, for as long as they settle the question.
 */
public final class Channel {

    /** The result of an operation on a channel that has been deleted: look it up again. */
    public static final int GONE = -1;

    private final long reference;
    private final long at;
    private long headPosition;
    private long tailPosition;
    private long last = Reference.NONE;

    Channel(long reference, long at) {
        this.reference = reference;
        this.at = at;
    }

    /**
     * Identifies this life of the channel.
     *
     * @return a reference to its record
     */
    public long reference() {
        return reference;
    }

    /**
     * Finds the word of the participants that wait for a message.
     *
     * @return its byte offset
     */
    public long receiversAt() {
        return at + ChannelLayout.RECEIVERS;
    }

    /**
     * Finds the word of the participants that wait for room.
     *
     * @return its byte offset
     */
    public long sendersAt() {
        return at + ChannelLayout.SENDERS;
    }

    long headAt() {
        return at + ChannelLayout.HEAD;
    }

    long tailAt() {
        return at + ChannelLayout.TAIL;
    }

    long baseAt() {
        return at + ChannelLayout.BASE;
    }

    long fullAt() {
        return at + ChannelLayout.FULL;
    }

    long fullBaseAt() {
        return at + ChannelLayout.FULL_BASE;
    }

    long nameAt() {
        return at + ChannelLayout.NAME;
    }

    /** A position that the head has reached. */
    long headPosition() {
        return headPosition;
    }

    void headReached(long position) {
        headPosition = position;
    }

    /** A position that has been sent. */
    long tailPosition() {
        return tailPosition;
    }

    void tailReached(long position) {
        tailPosition = position;
    }

    /** A reference to a block of this queue that nothing followed once, or {@link Reference#NONE}. */
    long last() {
        return last;
    }

    void lastIs(long block) {
        last = block;
    }
}

package dev.towpath.shm.structure;

import dev.towpath.shm.memory.Words;

/**
 * Reads positions and counts of channels, while others use them.
 *
 * <p>What is read of a block counts only if head, from which it was reached, is unchanged afterwards, or if nothing
 * follows the block under the generation that it had in the queue.
 */
public final class ChannelMeter {

    private final Words words;
    private final Blocks blocks;
    private final RecordTable records;
    private final ChannelQueue queue;

    /**
     * Gives a participant its view of the channels.
     *
     * @param blocks where the blocks are
     * @param records the channel records
     * @param queue the queues of the channels
     */
    public ChannelMeter(Blocks blocks, RecordTable records, ChannelQueue queue) {
        this.words = blocks.words();
        this.blocks = blocks;
        this.records = records;
        this.queue = queue;
    }

    /**
     * Counts a refused send.
     *
     * @param channel which
     */
    public void countFull(Channel channel) {
        words.getAndAdd(channel.fullAt(), 1);
    }

    /**
     * Counts the refused sends of a channel.
     *
     * @param channel which
     * @return how many since it was created
     */
    public long fullCount(Channel channel) {
        return words.getVolatile(channel.fullAt()) - words.get(channel.fullBaseAt());
    }

    /**
     * Reads the position of the last message of a record's current or last life.
     *
     * @param index the record
     * @return how many messages it has accepted over all its lives
     */
    public long acceptedOverAllLives(int index) {
        long control = records.control(index);
        Channel channel = new Channel(Reference.to(control, index), records.at(index));
        return Control.state(control) == RecordTable.LIVE ? lastPosition(channel) : words.getVolatile(channel.baseAt());
    }

    /**
     * Reads the position of the last message.
     *
     * @param channel which
     * @return the position; the dummy's if the channel is empty or is being deleted
     */
    public long lastPosition(Channel channel) {
        while (true) { // lock-free: a message was linked
            long last = queue.ends().last(channel);
            if (last == Reference.NONE) {
                return queue.ends().headPosition(channel);
            }
            long position = words.getVolatile(blocks.sequence(Reference.index(last)));
            if (queue.ends().isLast(last)) {
                return position;
            }
        }
    }

    /**
     * Finds the word with the position of a channel's first dummy.
     *
     * @param channel which
     * @return its byte offset
     */
    public long baseAt(Channel channel) {
        return channel.baseAt();
    }

    /**
     * The front of a queue at one moment.
     *
     * @param dummy the block of the message delivered last
     * @param position its position
     */
    public record Head(int dummy, long position) {}

    /**
     * Reads the front of a queue.
     *
     * @param channel which
     * @return dummy and position, which belonged together at one moment
     */
    public Head head(Channel channel) {
        while (true) { // lock-free: head moved
            long head = words.getVolatile(channel.headAt());
            int dummy = blocks.check(Reference.index(head));
            long position = words.getVolatile(blocks.sequence(dummy));
            if (queue.headIsStill(channel, head)) {
                return new Head(dummy, position);
            }
        }
    }

    /**
     * Reads tail.
     *
     * @param channel which
     * @return a reference to a block that was the last message once
     */
    public long tail(Channel channel) {
        long tail = words.getVolatile(channel.tailAt());
        blocks.check(Reference.index(tail));
        return tail;
    }

    /**
     * Counts the messages in a channel.
     *
     * <p>The end is read before the front: messages that are received in between are counted as gone, so the count is
     * never more than was in the channel at once.
     *
     * @param channel which
     * @return how many wait, expired ones included; exact if nobody receives meanwhile
     */
    public long pendingCount(Channel channel) {
        long last = lastPosition(channel);
        return Math.max(0, last - head(channel).position());
    }

    /**
     * Counts the accepted messages of a channel.
     *
     * @param channel which
     * @return how many since it was created
     */
    public long acceptedCount(Channel channel) {
        return lastPosition(channel) - words.getVolatile(channel.baseAt());
    }

    /**
     * Tells when the oldest message expires.
     *
     * @param channel which
     * @return milliseconds since the region was created, or -1 if the channel is empty
     */
    public long oldestDeadlineMillis(Channel channel) {
        long life = oldestLife(channel);
        return life == -1 ? -1 : Life.deadlineMillis(life);
    }

    /**
     * Reads the life word of the oldest message.
     *
     * @param channel which
     * @return its life word, or -1 if the channel is empty
     */
    public long oldestLife(Channel channel) {
        while (true) { // lock-free: head moved
            long head = words.getVolatile(channel.headAt());
            int dummy = blocks.check(Reference.index(head));
            int next = Reference.index(words.getVolatile(blocks.next(dummy)));
            long life = blocks.exists(next) ? words.get(blocks.life(next)) : -1;
            if (queue.headIsStill(channel, head)) {
                return life;
            }
        }
    }
}

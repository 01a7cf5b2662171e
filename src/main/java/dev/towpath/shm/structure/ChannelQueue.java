package dev.towpath.shm.structure;

import dev.towpath.shm.memory.CorruptedRegion;
import dev.towpath.shm.memory.Words;
import java.util.function.LongSupplier;

/**
 * The queue of a channel: a linked list with a dummy in front, on blocks that are recycled but never unmapped.
 *
 * <p>After M. M. Michael and M. L. Scott, "Simple, Fast, and Practical Non-Blocking and Blocking Concurrent Queue
 * Algorithms", PODC 1996. {@code head} refers to the dummy, which is the message delivered last; a message is linked by
 * one compare-and-set on the {@code next} word of the last.
 *
 * <h2>Differences from the paper</h2>
 *
 * <ul>
 *   <li>Tail is a hint, see {@link QueueEnds}. A block whose {@code next} is NULL under a generation in which it was in
 *       the queue is the last, whatever tail says. So a participant that sends alone looks at the message that it has
 *       sent last, and moves tail seldom; and receivers never read it, nor the line that it is in.
 *   <li>Capacity. Each message is stamped with its position before it is linked: position of its predecessor + 1. The
 *       length is the difference of the positions of the last message and of head, so there is no counter that a death
 *       could leave wrong.
 *   <li>A receiver copies the payload before its compare-and-set on {@code head}, which is the delivery. It never owns
 *       anything in the queue, so its death needs no roll-back.
 *   <li>Blocks are reclaimed by generation, not by a free list: {@code next} carries the generation of its own block.
 *   <li>A channel can be deleted: {@code next} of the dummy goes from NULL to CLOSED, and then nobody can link.
 *   <li>Runs: several messages are linked by one compare-and-set, and taken by one.
 * </ul>
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>I2: positions are consecutive from head on.
 *   <li>I3: tail refers to a block that is or was in the queue, in that life of it: head may have passed it.
 *   <li>I4: position of the last message − position of head ≤ the largest capacity used.
 *   <li>I7: no reachable block is FREE: a block is freed by the receiver that moved head past it, or by the sweep after
 *       it has seen the same; and head is moved past a block only to one that follows it.
 * </ul>
 *
 * <h2>Linearization points</h2>
 *
 * LP1, send: the compare-and-set on the last {@code next}. LP2, full: the read of head whose value was the same when it
 * was read again; between the two reads the position of the head was read, and the last message was the last before and
 * after, so at LP2 the length was exact. LP3, receive: the compare-and-set on head. LP4, empty: the read of the dummy's
 * {@code next}. LP5, deletion: NULL → CLOSED.
 *
 * <p>Validation: a sender's compare-and-set expects NULL under the generation that the last block had in this life of
 * this channel; while it is so, that block has not been passed, so its position is the one that was read, and the
 * channel lives. What a receiver reads behind {@code head} counts only if {@code head} is unchanged afterwards and the
 * record still lives.
 *
 * <h2>Crash windows</h2>
 *
 * C1, before LP1: the blocks are ALLOCATED or LINKING by the dead; the sweep finds them not linked and frees them. C2,
 * between LP1 and the move of tail: the next who does not know the last message walks further. C3, between LP1 and
 * LINKING → QUEUED: the message is in the queue; the sweep sets QUEUED, or the receiver frees it as it is. C4, between
 * LP3 and the freeing of the old dummy: the sweep finds a QUEUED block that head has passed, and frees it. C5, after
 * LP5: see {@link ChannelTable}. A participant that stops in any of these windows holds up nobody: what it has linked
 * is in the queue, its LINKING block is delivered as it is, and the old dummy is only memory.
 *
 * <p>Progress: each loop goes round again only because a compare-and-set or a validation failed, that is, because
 * another participant's operation took effect.
 *
 * <p>The class is not final and its steps are methods, so that tests can leave one out and see that they notice.
 */
public class ChannelQueue {

    private final Words words;
    private final Blocks blocks;
    private final BlockArena arena;
    private final RecordTable records;
    private final QueueEnds ends;
    private final int owner;

    /**
     * Gives a participant its view of the queues.
     *
     * @param blocks where the blocks are
     * @param arena where blocks are freed to
     * @param records the channel records
     * @param owner the participant's owner number
     */
    public ChannelQueue(Blocks blocks, BlockArena arena, RecordTable records, int owner) {
        this(arena, records, new QueueEnds(blocks, records), owner);
    }

    /** Gives a participant its view of the queues, through ends that a test has taken a check from. */
    ChannelQueue(BlockArena arena, RecordTable records, QueueEnds ends, int owner) {
        this.words = records.words();
        this.blocks = arena.blocks();
        this.arena = arena;
        this.records = records;
        this.ends = ends;
        this.owner = owner;
    }

    /** Finds the ends of the queues. */
    QueueEnds ends() {
        return ends;
    }

    /**
     * Links as many blocks of a run as there is room for, in order.
     *
     * @param channel where to
     * @param run blocks that this participant has ALLOCATED and filled, at least one
     * @param capacity how many messages may be in the channel
     * @return how many were linked, 0 if the channel is full; or {@link Channel#GONE}
     */
    public int link(Channel channel, Run run, int capacity) {
        while (true) {
            long known = channel.last();
            long last = ends.last(channel);
            if (last == Reference.NONE) {
                return Channel.GONE;
            }
            long position = words.getVolatile(blocks.sequence(Reference.index(last)));
            int room = room(position - channel.headPosition(), capacity, run.count());
            if (room < run.count()) {
                long headPosition = ends.headPosition(channel);
                if (!ends.isLast(last)) {
                    continue;
                }
                channel.headReached(headPosition);
                room = room(position - headPosition, capacity, run.count());
                if (room == 0) {
                    channel.tailReached(position);
                    return 0;
                }
            }
            stamp(channel, run, room, position);
            run.linking(room);
            if (linkBehind(last, run.block(0))) { // LP1
                linked(channel, run.block(room - 1), position + room, last != known || room >= QueueEnds.LAG);
                release(run, room);
                return room;
            }
            run.linking(0);
        }
    }

    /**
     * For how many of so many messages there is room behind those that wait: none if the channel is full, which is to
     * be so exactly when {@link #isFull} says so, also if a damaged position makes the number of those that wait any
     * number.
     */
    private static int room(long waiting, int capacity, int count) {
        return waiting > capacity - count ? (int) Math.max(0, capacity - waiting) : count;
    }

    /** Notes what is the last message now, and moves tail there if others should know. */
    private void linked(Channel channel, long last, long position, boolean othersShouldKnow) {
        channel.lastIs(last);
        channel.tailReached(position);
        if (othersShouldKnow || position % QueueEnds.LAG == 0) {
            ends.moveTail(channel, last);
        }
    }

    /**
     * Tells whether a channel is full, without writing anything: spares a sender that will be refused the block and the
     * copy. Looks only if the channel is full by what this participant has seen last.
     *
     * @param channel which
     * @param capacity how many messages may be in it
     * @return whether it was full at one moment; false may also mean that it changes just now
     */
    public boolean isFull(Channel channel, int capacity) {
        if (channel.tailPosition() - channel.headPosition() < capacity) {
            return false;
        }
        long last = ends.last(channel);
        if (last == Reference.NONE) {
            return false;
        }
        long position = words.getVolatile(blocks.sequence(Reference.index(last)));
        long headPosition = ends.headPosition(channel); // LP2
        if (!ends.isLast(last)) {
            return false;
        }
        channel.headReached(headPosition);
        channel.tailReached(position);
        return position - headPosition >= capacity;
    }

    /** Gives each block its place, chains it to the next one, and says who is about to link it. */
    void stamp(Channel channel, Run run, int count, long position) {
        for (int i = 0; i < count; i++) {
            int block = Reference.index(run.block(i));
            int successor = i + 1 < count ? Reference.index(run.block(i + 1)) : Reference.NULL;
            words.set(blocks.next(block), Reference.of(Reference.tag(run.block(i)), successor));
            words.setRelease(blocks.sequence(block), position + 1 + i); // so a new position is never under an old link
            words.set(blocks.channel(block), channel.reference());
            long linking = Control.withState(words.get(blocks.control(block)), owner, BlockArena.LINKING);
            run.linkingAs(i, linking);
            words.setRelease(blocks.control(block), linking);
        }
    }

    /** LINKING → QUEUED; a block that a receiver has freed already stays free. */
    void release(Run run, int count) {
        for (int i = 0; i < count; i++) {
            long linking = run.linkedAs(i);
            words.compareAndSet(
                    blocks.control(Reference.index(run.block(i))),
                    linking,
                    Control.withState(linking, Control.NOBODY, BlockArena.QUEUED));
        }
    }

    /**
     * Takes messages from the front, in one step, up to a number of unexpired ones; expired ones on the way are
     * dropped.
     *
     * @param channel where from
     * @param run emptied, and filled with what was freed: one block for each message that left the queue
     * @param taker copies the messages
     * @param limit the most unexpired messages, at least 1
     * @param nowMillis for the deadlines; asked only when there is a message
     * @param end take nothing at this position or behind it; {@link Long#MAX_VALUE} for no end
     * @return how many messages left the queue, expired ones included; 0 if it is empty, or the taker refused the
     *     first; or {@link Channel#GONE}
     */
    public int take(Channel channel, Run run, Taker taker, int limit, LongSupplier nowMillis, long end) {
        while (true) {
            long head = words.getVolatile(channel.headAt());
            int dummy = blocks.check(Reference.index(head));
            long next = words.getVolatile(blocks.next(dummy)); // LP4
            if (!headIsStill(channel, head)) {
                continue;
            }
            if (!isStill(channel) || Reference.index(next) == Reference.CLOSED) {
                return Channel.GONE;
            }
            if (Reference.index(next) == Reference.NULL) {
                return 0;
            }
            long before = end == Long.MAX_VALUE ? end : end - ends.headPosition(channel);
            int most = Math.clamp(before, 0, run.capacity());
            int last = copy(run, taker, limit, nowMillis.getAsLong(), dummy, next, most);
            if (run.count() == 0 && isIntact(channel, head, next)) {
                return 0;
            }
            if (run.count() > 0 && deliver(channel, head, last, run)) { // LP3
                freePassed(run);
                return run.count();
            }
        }
    }

    /** Copies from the dummy's successor on, noting each dummy that will be left behind; returns the new dummy. */
    private int copy(Run run, Taker taker, int limit, long nowMillis, int dummy, long next, int most) {
        run.clear();
        taker.begin();
        int last = dummy;
        int unexpired = 0;
        long position = words.getVolatile(blocks.sequence(dummy));
        long link = next;
        while (run.count() < most && unexpired < limit) {
            if (run.count() > 0) {
                link = words.getVolatile(blocks.next(last));
            }
            int block = Reference.index(link);
            if (!blocks.exists(block) || words.getVolatile(blocks.sequence(block)) != ++position) {
                break; // the end; or somebody else has moved head, and the compare-and-set will say so
            }
            long life = words.get(blocks.life(block));
            boolean expired = Life.isExpired(life, nowMillis);
            if (!taker.copy(run.count(), block, life, expired)) {
                break;
            }
            run.add(Reference.of(Reference.tag(link), last)); // its generation as of before LP3
            unexpired += expired ? 0 : 1;
            last = block;
        }
        return last;
    }

    /**
     * Whether head is unchanged. Then the message that follows the dummy has the next position, so that nobody takes
     * messages in a circle.
     *
     * @throws CorruptedRegion if it has another one
     */
    private boolean isIntact(Channel channel, long head, long next) {
        int dummy = Reference.index(head);
        int first = blocks.check(Reference.index(next));
        long expected = words.getVolatile(blocks.sequence(dummy)) + 1;
        long found = words.getVolatile(blocks.sequence(first));
        boolean isStill = headIsStill(channel, head);
        if (isStill && found != expected) {
            throw new CorruptedRegion("block " + first + " has position " + found + " and follows block " + dummy
                    + ", so it should have " + expected);
        }
        return isStill;
    }

    /** Moves head past a run to its last block, if head is unchanged. */
    boolean deliver(Channel channel, long head, int last, Run run) {
        return words.compareAndSet(channel.headAt(), head, Reference.next(head, last));
    }

    /** Frees the blocks that head has passed, by the generations that they had before. */
    void freePassed(Run run) {
        for (int i = 0; i < run.count(); i++) {
            arena.free(run.block(i));
        }
    }

    /** Whether head is unchanged. */
    boolean headIsStill(Channel channel, long head) {
        return words.getVolatile(channel.headAt()) == head;
    }

    /** Whether the record still is this life of the channel. */
    boolean isStill(Channel channel) {
        return records.isLive(channel.reference());
    }

    /** Links a chain behind a block, if that still is the last message, in the life in which it was found. */
    boolean linkBehind(long last, long first) {
        return words.compareAndSet(
                blocks.next(Reference.index(last)),
                Reference.end(last),
                Reference.of(Reference.tag(last), Reference.index(first)));
    }

    /**
     * Closes an empty queue for good.
     *
     * @param channel which
     * @return whether this call closed it
     */
    boolean close(Channel channel) {
        long head = words.getVolatile(channel.headAt());
        int dummy = blocks.check(Reference.index(head));
        long next = words.getVolatile(blocks.next(dummy));
        return headIsStill(channel, head)
                && isStill(channel)
                && Reference.index(next) == Reference.NULL
                && words.compareAndSet( // LP5
                        blocks.next(dummy), next, Reference.of(Reference.tag(next), Reference.CLOSED));
    }
}

package dev.towpath.shm.structure;

import dev.towpath.shm.memory.CorruptedRegion;
import dev.towpath.shm.memory.Words;
import java.util.function.LongSupplier;

/**
 * The queue of a channel: a linked list with a dummy in front, on blocks that are recycled but never unmapped.
 *
 * <p>After M. M. Michael and M. L. Scott, "Simple, Fast, and Practical Non-Blocking and Blocking Concurrent Queue
 * Algorithms", PODC 1996. {@code head} refers to the dummy, which is the message delivered last; {@code tail} refers to
 * the last message or one before it; a message is linked by one compare-and-set on the {@code next} word of the last.
 *
 * <h2>Differences from the paper</h2>
 *
 * <ul>
 *   <li>Capacity. Each message is stamped with its position before it is linked: position of its predecessor + 1. The
 *       length is the difference of the positions of tail and head, so there is no counter that a death could leave
 *       wrong.
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
 *   <li>I3: tail is head or reachable from it: a receiver moves head only up to a position that tail has reached.
 *   <li>I4: position of tail − position of head ≤ the largest capacity used.
 *   <li>I7: no reachable block is FREE: a block is freed by the receiver that moved head past it, or by the sweep after
 *       it has seen the same.
 * </ul>
 *
 * <h2>Linearization points</h2>
 *
 * LP1, send: the compare-and-set on the last {@code next}. LP2, full: the read of head whose value was the same when it
 * was read again; between the two reads the position of the head was read, and tail was the last message, so at LP2 the
 * length was exact. LP3, receive: the compare-and-set on head. LP4, empty: the read of the dummy's {@code next}. LP5,
 * deletion: NULL → CLOSED.
 *
 * <p>Validation: whatever is read behind {@code tail} counts only if {@code tail} is unchanged afterwards and the
 * record still lives; then the block was in this channel while it was read, and its generation, taken from {@code
 * next}, makes the compare-and-set fail if it has left it since.
 *
 * <h2>Crash windows</h2>
 *
 * C1, before LP1: the blocks are ALLOCATED or LINKING by the dead; the sweep finds them not linked and frees them. C2,
 * between LP1 and the move of tail: any sender or receiver that needs it moves tail on. C3, between LP1 and LINKING →
 * QUEUED: the message is in the queue; the sweep sets QUEUED, or the receiver frees it as it is. C4, between LP3 and
 * the freeing of the old dummy: the sweep finds a QUEUED block that head has passed, and frees it. C5, after LP5: see
 * {@link ChannelTable}. A participant that stops in any of these windows holds up nobody: tail is helped, its LINKING
 * block is delivered as it is, and the old dummy is only memory.
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
        this.words = blocks.words();
        this.blocks = blocks;
        this.arena = arena;
        this.records = records;
        this.owner = owner;
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
            long tail = words.getVolatile(channel.tailAt());
            int last = blocks.check(Reference.index(tail));
            long next = words.getVolatile(blocks.next(last));
            long position = words.get(blocks.sequence(last));
            if (!tailIsStill(channel, tail)) {
                continue;
            }
            if (!isStill(channel) || Reference.index(next) == Reference.CLOSED) {
                return Channel.GONE;
            }
            if (Reference.index(next) != Reference.NULL) {
                help(channel, tail, Reference.index(next));
                continue;
            }
            long room = capacity - (position - channel.headPosition());
            if (room < run.count()) {
                long headPosition = headPosition(channel);
                if (!tailIsStill(channel, tail)) {
                    continue;
                }
                channel.headReached(headPosition);
                channel.tailReached(position);
                room = capacity - (position - headPosition);
                if (room <= 0) {
                    return 0;
                }
            }
            int count = (int) Math.min(room, run.count());
            stamp(channel, run, count, position);
            run.linking(count);
            if (linkBehind(last, next, run.block(0))) { // LP1
                if (moveTail(channel, tail, Reference.index(run.block(count - 1)))) { // else others do it, step by step
                    channel.tailReached(position + count);
                }
                release(run, count);
                return count;
            }
            run.linking(0);
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
        long tail = words.getVolatile(channel.tailAt());
        int last = blocks.check(Reference.index(tail));
        long position = words.get(blocks.sequence(last));
        long headPosition = headPosition(channel); // LP2
        if (!tailIsStill(channel, tail) || !isStill(channel)) {
            return false;
        }
        channel.headReached(headPosition);
        channel.tailReached(position);
        return position - headPosition >= capacity;
    }

    /** The position of the head at one moment, the last read of head. */
    private long headPosition(Channel channel) {
        while (true) {
            long head = words.getVolatile(channel.headAt());
            long position = words.get(blocks.sequence(blocks.check(Reference.index(head))));
            if (words.getVolatile(channel.headAt()) == head) { // LP2
                return position;
            }
        }
    }

    /** Gives each block its place, chains it to the next one, and says who is about to link it. */
    void stamp(Channel channel, Run run, int count, long position) {
        for (int i = 0; i < count; i++) {
            int block = Reference.index(run.block(i));
            int successor = i + 1 < count ? Reference.index(run.block(i + 1)) : Reference.NULL;
            words.set(blocks.next(block), Reference.of(Reference.tag(run.block(i)), successor));
            words.set(blocks.sequence(block), position + 1 + i);
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
            long position = words.get(blocks.sequence(dummy));
            if (!headIsStill(channel, head)) {
                continue;
            }
            if (!isStill(channel) || Reference.index(next) == Reference.CLOSED) {
                return Channel.GONE;
            }
            if (Reference.index(next) == Reference.NULL || position >= end) {
                return 0;
            }
            long reached = channel.tailPosition(); // read once: a racing thread may put an older position there
            if (position >= reached) {
                reached = readTail(channel, head, next);
            }
            if (position >= reached) {
                continue;
            }
            int most = Math.clamp(Math.min(reached, end) - position, 0, run.capacity());
            int last = copy(run, taker, limit, nowMillis.getAsLong(), dummy, next, most);
            if (run.count() == 0) {
                return 0;
            }
            if (words.compareAndSet(channel.headAt(), head, Reference.next(head, last))) { // LP3
                freePassed(run);
                return run.count();
            }
        }
    }

    /**
     * Notes and returns how far tail is; moves it on if it is still at the dummy, and then that is how far it was.
     *
     * <p>Tail is moved only if head is unchanged. Otherwise the block that tail refers to may be the one that was the
     * dummy, but in another life, and what followed it then is not in the queue any more.
     */
    long readTail(Channel channel, long head, long next) {
        long tail = words.getVolatile(channel.tailAt());
        int last = blocks.check(Reference.index(tail));
        long position = words.get(blocks.sequence(last));
        if (!tailIsStill(channel, tail)) {
            return channel.tailPosition();
        }
        if (last == Reference.index(head)) {
            if (headIsStill(channel, head)) {
                help(channel, tail, Reference.index(next));
            }
            return position;
        }
        requireAhead(channel, tail, head);
        channel.tailReached(position);
        return position;
    }

    /** Copies from the dummy's successor on, noting each dummy that will be left behind; returns the new dummy. */
    private int copy(Run run, Taker taker, int limit, long nowMillis, int dummy, long next, int most) {
        run.clear();
        taker.begin();
        int last = dummy;
        int unexpired = 0;
        long link = next;
        while (run.count() < most && unexpired < limit) {
            if (run.count() > 0) {
                link = words.getVolatile(blocks.next(last));
            }
            int block = Reference.index(link);
            if (!blocks.exists(block)) {
                break; // NULL or CLOSED: somebody else has moved head, and the compare-and-set will say so
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

    /** Frees the blocks that head has passed, by the generations that they had before. */
    void freePassed(Run run) {
        for (int i = 0; i < run.count(); i++) {
            arena.free(run.block(i));
        }
    }

    /** Whether tail is unchanged: what was read behind it was then part of this queue. */
    boolean tailIsStill(Channel channel, long tail) {
        return words.getVolatile(channel.tailAt()) == tail;
    }

    /** Whether head is unchanged. */
    boolean headIsStill(Channel channel, long head) {
        return words.getVolatile(channel.headAt()) == head;
    }

    /** Whether the record still is this life of the channel. */
    boolean isStill(Channel channel) {
        return records.isLive(channel.reference());
    }

    /** Links a chain behind the last block, if that still is the last and of the generation that was read. */
    boolean linkBehind(int last, long next, long first) {
        return words.compareAndSet(blocks.next(last), next, Reference.of(Reference.tag(next), Reference.index(first)));
    }

    /**
     * Moves tail on to the successor of the last block. Positions grow by one with each link, so nobody follows a chain
     * in a circle: as long as tail is unchanged, no receiver has passed the two blocks, and their positions stay.
     *
     * @throws CorruptedRegion if the successor has another position
     */
    void help(Channel channel, long tail, int successor) {
        int last = blocks.check(Reference.index(tail));
        long expected = words.getVolatile(blocks.sequence(last)) + 1;
        long found = words.getVolatile(blocks.sequence(blocks.check(successor)));
        if (found != expected && tailIsStill(channel, tail)) {
            throw new CorruptedRegion("block " + successor + " has position " + found + " and follows block " + last
                    + ", so it should have " + expected);
        }
        moveTail(channel, tail, successor);
    }

    /** Refuses a tail that is behind head, to which it never comes. */
    private void requireAhead(Channel channel, long tail, long head) {
        long tailPosition = words.getVolatile(blocks.sequence(blocks.check(Reference.index(tail))));
        long headPosition = words.getVolatile(blocks.sequence(blocks.check(Reference.index(head))));
        if (tailPosition <= headPosition && tailIsStill(channel, tail) && headIsStill(channel, head)) {
            throw new CorruptedRegion(
                    "the tail of a channel has position " + tailPosition + " and its head " + headPosition);
        }
    }

    /** Moves tail on, unless somebody else has moved it; whether this call did. */
    boolean moveTail(Channel channel, long tail, int block) {
        return words.compareAndSet(channel.tailAt(), tail, Reference.next(tail, block));
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
        long tail = words.getVolatile(channel.tailAt());
        return headIsStill(channel, head)
                && isStill(channel)
                && Reference.index(next) == Reference.NULL
                && Reference.index(tail) == dummy
                && words.compareAndSet( // LP5
                        blocks.next(dummy), next, Reference.of(Reference.tag(next), Reference.CLOSED));
    }
}

package dev.towpath.shm.structure;

import dev.towpath.shm.memory.CorruptedRegion;
import dev.towpath.shm.memory.Words;

/**
 * Finds the two ends of a queue: the last message, behind which the next one is linked, and the position of the first.
 *
 * <h2>The last message</h2>
 *
 * A block whose {@code next} is NULL under a generation in which it was in the queue is the last message of that queue:
 * {@code next} is NULL only until a message is linked behind it, and before that it cannot be passed and freed. So a
 * reference to it, with that generation, proves itself: whoever compares and sets {@code next} from NULL under that
 * generation needs to have read nothing else. Hence the three places to begin at are only hints:
 *
 * <ul>
 *   <li>what this participant has linked or found last ({@link Channel#last}). Who sends alone looks nowhere else;
 *   <li>{@code tail}, a reference to a block that was the last message once. A participant that sends alone moves it
 *       every {@value #LAG} messages, one that has met others each time. It never says more than that, and nobody needs
 *       it to be right: receivers do not read it;
 *   <li>the dummy, if the block that {@code tail} refers to has been freed: if its {@code next} has another generation.
 * </ul>
 *
 * <p>From there a walk leads to the end. What {@code next} says of a block on the way counts if head had not passed it
 * when it was read, in this life of the channel. Blocks are passed in order, and a life ends once, so a look at head,
 * and then at the record, is enough for all of them. It comes after the walk, for a walk that has strayed into another
 * channel finds an end that proves itself as well.
 *
 * <p>Progress: a walk is begun anew only because head has moved past its beginning, that is, because others have
 * received; and it is as long as what others have sent since tail was moved. A participant that dies or stops before it
 * moves tail makes the next walk longer by what it has linked since it moved tail last, once.
 *
 * <p>The class is not final and its checks are methods, so that tests can leave one out and see that they notice.
 */
class QueueEnds {

    /** How far tail is left behind at most by a participant that sends alone. */
    static final int LAG = 8;

    /** How far a walk goes before it looks at head: who has been overtaken may be on a way that leads far. */
    private static final int STEPS_PER_LOOK = 16;

    /** No reference: its index is that of no block. */
    private static final long OVERTAKEN = -2;

    private final Words words;
    private final Blocks blocks;
    private final RecordTable records;

    QueueEnds(Blocks blocks, RecordTable records) {
        this.words = blocks.words();
        this.blocks = blocks;
        this.records = records;
    }

    /**
     * Finds the last message, or the dummy of an empty queue.
     *
     * @return a reference to a block that nothing followed at one moment; {@link Reference#NONE} if the channel has
     *     been deleted
     */
    long last(Channel channel) {
        long last = channel.last();
        return last != Reference.NONE && isLast(last) ? last : search(channel);
    }

    /** Whether nothing follows a block of this queue: then it is the last message. */
    boolean isLast(long block) {
        return link(Reference.index(block)) == Reference.end(block);
    }

    private long search(Channel channel) {
        boolean fromHead = false;
        while (true) {
            long first = fromHead ? dummy(channel) : words.getVolatile(channel.tailAt());
            int block = blocks.check(Reference.index(first));
            long position = position(block);
            long link = link(block);
            if (!records.isLive(channel.reference())) {
                return Reference.NONE;
            }
            long last = isOf(first, link) ? walk(channel, first, position, link) : OVERTAKEN;
            if (last != OVERTAKEN) {
                channel.lastIs(last);
                return last;
            }
            fromHead = true;
        }
    }

    /** Follows the links from a block at a position to the end; NONE if the queue is closed, or OVERTAKEN by head. */
    private long walk(Channel channel, long first, long position, long firstLink) {
        int block = Reference.index(first);
        long link = firstLink;
        int steps = 0;
        while (!Reference.isEnd(Reference.index(link)) && steps <= blocks.granules()) {
            block = blocks.check(Reference.index(link));
            link = link(block);
            steps++;
            if (steps % STEPS_PER_LOOK == 0 && !isUnpassed(channel, position + 1)) {
                return OVERTAKEN;
            }
        }
        if (steps > 0 && !isUnpassed(channel, position + 1)) {
            return OVERTAKEN;
        }
        if (steps > blocks.granules()) {
            throw new CorruptedRegion("the queue behind block " + Reference.index(first) + " does not end");
        }
        return Reference.index(link) == Reference.NULL ? Reference.of(Reference.tag(link), block) : Reference.NONE;
    }

    /** Whether a link was read from a block in the life that a reference names. */
    boolean isOf(long reference, long link) {
        return Reference.tag(reference) == Reference.tag(link);
    }

    /**
     * Whether head has not gone beyond a position of this life of the channel; by their distance, for damaged positions
     * may overflow. What head says counts if the record lives afterwards.
     */
    boolean isUnpassed(Channel channel, long position) {
        return headPosition(channel) - position <= 0 && records.isLive(channel.reference());
    }

    private long link(int block) {
        return words.getVolatile(blocks.next(block));
    }

    private long position(int block) {
        return words.getVolatile(blocks.sequence(block));
    }

    /** A reference to the dummy at one moment, the last read of head. */
    private long dummy(Channel channel) {
        while (true) { // lock-free: head has moved
            long head = words.getVolatile(channel.headAt());
            int dummy = blocks.check(Reference.index(head));
            long link = link(dummy);
            if (words.getVolatile(channel.headAt()) == head) {
                return Reference.of(Reference.tag(link), dummy);
            }
        }
    }

    /** The position of the dummy at one moment, the last read of head. */
    long headPosition(Channel channel) {
        while (true) { // lock-free: head has moved
            long head = words.getVolatile(channel.headAt());
            long position = position(blocks.check(Reference.index(head)));
            if (words.getVolatile(channel.headAt()) == head) { // LP2
                return position;
            }
        }
    }

    /**
     * Moves tail to a block that is or was the last message; if somebody else moves it just now, his is as good. The
     * tail that is replaced was read in this life of the channel, and is never that of another one: so who stops here
     * does not move the tail of whatever the record is used for when he goes on.
     */
    void moveTail(Channel channel, long last) {
        long tail = words.getVolatile(channel.tailAt());
        if (records.isLive(channel.reference())) {
            words.compareAndSet(channel.tailAt(), tail, last);
        }
    }
}

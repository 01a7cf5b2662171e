package dev.towpath.shm.structure;

import dev.towpath.shm.memory.CorruptedRegion;
import dev.towpath.shm.memory.Words;
import java.util.function.LongUnaryOperator;

/**
 * Creates, finds and deletes channels: a record and a queue for each name in use.
 *
 * <p>A creator fills a record (state INIT) with the name and a queue of one dummy, and the {@link Index} makes it
 * LIVE or finds the one that lives already.
 *
 * <h2>Deletion</h2>
 *
 * The queue is closed, if it is empty; from then on every operation on it answers GONE, and whoever sees that may
 * finish the deletion: note the final position in {@code base}, take the record LIVE → DEAD. The one whose
 * compare-and-set that is owns the rest: empty the slot, free the dummy, record → FREE. It must tell the waiters, who
 * then look the channel up again: a waiter sets its bit before it looks at the queue once more, the closer reads the
 * bits after LP5, so one of them sees the other.
 *
 * <h2>Crash windows</h2>
 *
 * C1, INIT by the dead: the sweep makes it DEAD. C2, closed but LIVE: any operation on the channel, or the sweep,
 * finishes. C3, DEAD by the dead: the sweep empties the slot and frees the record; the dummy is a QUEUED block whose
 * channel is gone, which the sweep frees. A creator that stops holds nobody up, because an INIT is made LIVE by whoever
 * needs it; a deleter that stops withholds one record and one block.
 *
 * <p>{@code head} of a new life is set by compare-and-set on top of the old tag, and {@code tail} to a reference that
 * it has never had, so a process that stalled in an earlier life of the record cannot move them.
 */
public final class ChannelTable {

    private final Words words;
    private final RecordTable records;
    private final Index index;
    private final Blocks blocks;
    private final BlockArena arena;
    private final ChannelQueue queue;
    private final long seed;

    /**
     * Gives a participant its view of the channels.
     *
     * @param records the channel records
     * @param indexBase byte offset of the index
     * @param blocks where the blocks are
     * @param arena where dummies come from
     * @param queue the queues of the channels
     * @param seed the region's hash seed
     */
    public ChannelTable(
            RecordTable records, long indexBase, Blocks blocks, BlockArena arena, ChannelQueue queue, long seed) {
        this.words = records.words();
        this.records = records;
        this.index = new Index(records, indexBase, Index.bucketsFor(records.count()));
        this.blocks = blocks;
        this.arena = arena;
        this.queue = queue;
        this.seed = seed;
    }

    /** The key of a channel: its name. */
    private final class ChannelKey implements Key {
        private final Name name;
        private final long hash;

        ChannelKey(Name name) {
            this.name = name;
            this.hash = name.hash(seed);
        }

        @Override
        public long hash() {
            return hash;
        }

        @Override
        public boolean matches(int record) {
            return name.equalsAt(words, records.at(record) + ChannelLayout.NAME);
        }
    }

    /**
     * Finds a channel.
     *
     * @param name its name
     * @return a reference to its record, or {@link Reference#NONE}
     */
    public long find(Name name) {
        return index.find(new ChannelKey(name));
    }

    /**
     * Gives access to a channel that was found.
     *
     * @param reference what {@link #find} or {@link #create} returned
     * @return this life of the channel
     */
    public Channel open(long reference) {
        return new Channel(reference, records.at(Reference.index(reference)));
    }

    /**
     * Finds a channel or creates it.
     *
     * @param name its name
     * @return a reference to its record; or {@link Reference#NONE} if there is no free record or block
     */
    public long create(Name name) {
        ChannelKey key = new ChannelKey(name);
        while (true) { // lock-free: goes round only when a rival created the channel and a third one deleted it
            long found = index.find(key);
            if (found != Reference.NONE) {
                return found;
            }
            long mine = records.allocate(0);
            if (mine == Reference.NONE) {
                return Reference.NONE;
            }
            long dummy = fill(mine, name);
            if (dummy == Reference.NONE) {
                abandon(mine);
                return Reference.NONE;
            }
            found = index.insert(key, mine);
            if (found != mine) {
                arena.free(dummy);
                abandon(mine);
            }
            if (found == Index.OVERFLOW) {
                return Reference.NONE;
            }
            if (found != Reference.NONE) {
                return found;
            }
        }
    }

    /** Writes name and empty queue; returns the dummy, or NONE. */
    private long fill(long mine, Name name) {
        long dummy = arena.allocateAtLeast(0);
        if (dummy == Reference.NONE) {
            return Reference.NONE;
        }
        Channel channel = open(mine);
        int block = Reference.index(dummy);
        words.set(blocks.next(block), Reference.of(Reference.tag(dummy), Reference.NULL));
        words.setRelease(blocks.sequence(block), words.getVolatile(channel.baseAt())); // as in ChannelQueue
        words.set(blocks.channel(block), mine);
        words.set(blocks.life(block), 0);
        long control = words.get(blocks.control(block));
        words.setRelease(blocks.control(block), Control.withState(control, Control.NOBODY, BlockArena.QUEUED));
        words.set(channel.fullBaseAt(), words.getVolatile(channel.fullAt()));
        name.write(words, channel.nameAt());
        begin(channel.headAt(), old -> Reference.next(old, block));
        begin(channel.tailAt(), old -> dummy);
        return dummy;
    }

    private void begin(long at, LongUnaryOperator first) {
        long old = words.getVolatile(at);
        while (!words.compareAndSet(at, old, first.applyAsLong(old))) {
            old = words.getVolatile(at); // somebody of an earlier life moved it once more; each can do so once
        }
    }

    private void abandon(long mine) {
        records.move(mine, RecordTable.INIT, RecordTable.DEAD);
        records.free(mine);
    }

    /**
     * Deletes a channel if it is empty.
     *
     * @param channel which
     * @return whether this call closed it; then the caller must tell the waiters
     */
    public boolean delete(Channel channel) {
        if (!queue.close(channel)) {
            return false;
        }
        finishDeletion(channel);
        return true;
    }

    /**
     * Finishes the deletion of a channel whose queue is closed; does nothing for one that is not.
     *
     * @param channel which
     */
    public void finishDeletion(Channel channel) {
        long head = words.getVolatile(channel.headAt());
        int dummy = blocks.check(Reference.index(head));
        long next = words.getVolatile(blocks.next(dummy));
        long position = words.getVolatile(blocks.sequence(dummy));
        long base = words.getVolatile(channel.baseAt());
        if (!queue.headIsStill(channel, head)
                || Reference.index(next) != Reference.CLOSED
                || !records.isLive(channel.reference())) {
            return;
        }
        words.compareAndSet(channel.baseAt(), base, position); // positions only grow, so a stale one fails
        if (records.move(channel.reference(), RecordTable.LIVE, RecordTable.DEAD)) {
            dismantle(channel.reference());
            arena.free(Reference.of(Reference.tag(next), dummy));
        }
    }

    /**
     * Finishes the deletion of a channel that an operation on its queue has found gone.
     *
     * @param channel which
     * @throws CorruptedRegion if it lives all the same: it would be found, and found gone, again and again
     */
    public void bury(Channel channel) {
        finishDeletion(channel);
        if (records.isLive(channel.reference())) {
            throw new CorruptedRegion("channel record " + Reference.index(channel.reference())
                    + " is closed at the end of its queue and not in front");
        }
    }

    /**
     * Takes a DEAD record out of the index and frees it.
     *
     * @param reference the record
     */
    private void dismantle(long reference) {
        index.remove(new ChannelKey(Name.read(words, open(reference).nameAt())), reference);
        records.free(reference);
    }

    /**
     * Reads the name of a channel.
     *
     * @param channel which
     * @return its name; meaningless if the channel has gone meanwhile
     */
    public Name name(Channel channel) {
        return Name.read(words, channel.nameAt());
    }

    /**
     * Tells whether somebody waits at a channel.
     *
     * @param channel which
     * @return whether a participant has said that it waits for a message or for room
     */
    public boolean hasWaiters(Channel channel) {
        return words.getVolatile(channel.receiversAt()) != 0 || words.getVolatile(channel.sendersAt()) != 0;
    }

    /**
     * Tells whether a look at a channel is worth while; also where nothing can be, for who looks finds out.
     *
     * @param channel which
     * @return whether there is a message in it, or it has gone
     */
    public boolean isWorthALook(Channel channel) {
        int dummy = Reference.index(words.getVolatile(channel.headAt()));
        return !blocks.exists(dummy)
                || Reference.index(words.getVolatile(blocks.next(dummy))) != Reference.NULL
                || !records.isLive(channel.reference());
    }

    /**
     * Tells whether a channel has been deleted.
     *
     * @param channel which
     * @return whether its queue is closed or its record has gone on to another life
     */
    public boolean isGone(Channel channel) {
        return next(channel) == Reference.CLOSED || !records.isLive(channel.reference());
    }

    /** What follows the dummy, read while it was the dummy: a block that head has passed may end another queue. */
    private int next(Channel channel) {
        while (true) { // lock-free: head has moved
            long head = words.getVolatile(channel.headAt());
            long next = words.getVolatile(blocks.next(blocks.check(Reference.index(head))));
            if (queue.headIsStill(channel, head)) {
                return Reference.index(next);
            }
        }
    }

    /**
     * Puts the records that a dead participant was working on, and channels that are closed, back into use.
     *
     * @param dead its owner number
     */
    public void recover(int dead) {
        for (int index = 0; index < records.count(); index++) {
            long control = records.control(index);
            if (RecordTable.isLeftBy(dead, control)) {
                long seized = records.seize(index, control);
                if (seized != Reference.NONE) {
                    dismantle(seized);
                }
            } else if (Control.state(control) == RecordTable.LIVE) {
                finishDeletion(open(Reference.to(control, index)));
            }
        }
    }

    /**
     * Counts how often a channel stands in the index.
     *
     * @param channel which
     * @return 1, if it is LIVE and nobody is deleting it
     */
    public int slotsOf(Channel channel) {
        return index.slotsOf(new ChannelKey(name(channel)), channel.reference());
    }

    /**
     * Gives the records.
     *
     * @return the channel records
     */
    public RecordTable records() {
        return records;
    }
}

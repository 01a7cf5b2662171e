package dev.towpath.shm.store;

import dev.towpath.shm.memory.Words;
import dev.towpath.shm.structure.BlockArena;
import dev.towpath.shm.structure.Blocks;
import dev.towpath.shm.structure.Channel;
import dev.towpath.shm.structure.ChannelMeter;
import dev.towpath.shm.structure.ChannelTable;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.RecordTable;
import dev.towpath.shm.structure.Reference;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds out for the sweep where in its queue a block is, while others go on using the queue.
 *
 * <p>Answers may be stale, and are used only for a compare-and-set that fails if the block has moved on. So the front
 * of each queue is read once for a sweep: it was there after the death, and what has been taken since, the living have
 * taken and free themselves, or die over it and are swept up after; to this sweep it waits.
 *
 * <p>For one sweep at a time.
 */
final class QueueInspector {

    /** Where a QUEUED block is. */
    enum Place {
        /** It has left the queue, or its channel is gone: nobody refers to it. */
        PASSED,
        /** It is the message delivered last, in front of the queue. */
        DUMMY,
        /** It waits to be received. */
        WAITING
    }

    private final Words words;
    private final Blocks blocks;
    private final BlockArena arena;
    private final ChannelTable channels;
    private final ChannelMeter meter;

    /** For each channel record, the channel of which the front was read last, and that. */
    private final long[] seen;

    private final ChannelMeter.Head[] fronts;

    QueueInspector(Structures structures) {
        this.words = structures.words();
        this.blocks = structures.blocks();
        this.arena = structures.arena();
        this.channels = structures.channels();
        this.meter = structures.meter();
        this.seen = new long[channels.records().count()];
        this.fronts = new ChannelMeter.Head[seen.length];
    }

    /** Begins a sweep: what was read for the last one is forgotten. */
    void begin() {
        Arrays.fill(seen, Reference.NONE);
    }

    private ChannelMeter.Head front(long channel) {
        int record = Reference.index(channel);
        if (seen[record] != channel) {
            fronts[record] = meter.head(channels.open(channel));
            seen[record] = channel;
        }
        return fronts[record];
    }

    /** Judges a block by its position: positions of a channel only grow. */
    Place judge(int block) {
        long reference = words.get(blocks.channel(block));
        long position = words.get(blocks.sequence(block));
        int record = Reference.index(reference);
        if (record >= channels.records().count()) {
            return Place.PASSED;
        }
        long control = channels.records().control(record);
        if (!Reference.names(reference, control)) {
            return Place.PASSED;
        }
        return switch (Control.state(control)) {
            case RecordTable.INIT -> Place.DUMMY; // of a channel that its creator is about to publish
            case RecordTable.LIVE -> judge(block, position, front(reference));
            default -> Place.PASSED;
        };
    }

    private static Place judge(int block, long position, ChannelMeter.Head head) {
        if (head.dummy() == block && head.position() == position) {
            return Place.DUMMY;
        }
        return position <= head.position() ? Place.PASSED : Place.WAITING;
    }

    /**
     * Finds out which of the blocks that a dead sender was about to link are in their queues. He links nothing any
     * more, so each of them is in its queue, or was taken from it, or never was in it.
     *
     * <p>One walk along each queue, however many blocks he has left: to the last position that he has stamped one with.
     *
     * @param dead his owner number
     * @return the blocks that are in their queues, dummies among them
     */
    BitSet linkedBy(int dead) {
        Map<Long, Long> ends = new HashMap<>();
        arena.forEachInUse((block, control) -> {
            if (Control.state(control) == BlockArena.LINKING && Control.owner(control) == dead) {
                noteEnd(block, ends);
            }
        });
        BitSet linked = new BitSet();
        ends.forEach((channel, end) -> walk(channel, end, linked));
        return linked;
    }

    /** Notes how far the walk along a block's channel has to go: to its position, if that is one the queue can have. */
    private void noteEnd(int block, Map<Long, Long> ends) {
        long reference = words.get(blocks.channel(block));
        long position = words.get(blocks.sequence(block));
        if (lives(reference)) {
            long distance = position - meter.head(channels.open(reference)).position();
            if (distance >= 0 && distance <= blocks.granules()) { // else it was taken
                ends.merge(reference, position, Math::max);
            }
        }
    }

    private boolean lives(long reference) {
        return Reference.index(reference) < channels.records().count()
                && channels.records().isLive(reference);
    }

    /**
     * Walks along a queue up to a position, and notes the blocks in it.
     *
     * <p>Messages may be taken meanwhile; when the head overtakes the walk, it goes on from there, and what it leaves
     * out was taken, which for a block of the dead is the same to the sweep as if it had never been linked. What {@code
     * next} says of a block counts if the head had not passed that block afterwards.
     */
    private void walk(long reference, long end, BitSet linked) {
        Channel channel = channels.open(reference);
        ChannelMeter.Head head = meter.head(channel);
        int at = head.dummy();
        long atPosition = head.position();
        note(at, atPosition, reference, linked);
        while (atPosition < end) { // each round comes closer
            int next = Reference.index(words.getVolatile(blocks.next(at)));
            head = meter.head(channel);
            if (head.position() > atPosition) {
                at = head.dummy();
                atPosition = head.position();
            } else if (!blocks.exists(next)) {
                return;
            } else {
                at = next;
                atPosition++;
            }
            note(at, atPosition, reference, linked);
        }
    }

    /** Notes a block if it is stamped for the place where it is, in a channel that still lives. */
    private void note(int block, long position, long reference, BitSet linked) {
        if (words.get(blocks.sequence(block)) == position
                && words.get(blocks.channel(block)) == reference
                && lives(reference)) {
            linked.set(block);
        }
    }
}

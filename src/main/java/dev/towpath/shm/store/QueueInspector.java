package dev.towpath.shm.store;

import dev.towpath.shm.memory.Words;
import dev.towpath.shm.structure.Blocks;
import dev.towpath.shm.structure.Channel;
import dev.towpath.shm.structure.ChannelMeter;
import dev.towpath.shm.structure.ChannelTable;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.RecordTable;
import dev.towpath.shm.structure.Reference;

/**
 * Finds out for the sweep where in its queue a block is, while others go on using the queue.
 *
 * <p>Answers may be stale, and are used only for a compare-and-set that fails if the block has moved on.
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
    private final ChannelTable channels;
    private final ChannelMeter meter;

    QueueInspector(Structures structures) {
        this.words = structures.words();
        this.blocks = structures.blocks();
        this.channels = structures.channels();
        this.meter = structures.meter();
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
            case RecordTable.LIVE -> judge(block, position, meter.head(channels.open(reference)));
            default -> Place.PASSED;
        };
    }

    private static Place judge(int block, long position, ChannelMeter.Head head) {
        if (head.dummy() == block) {
            return Place.DUMMY;
        }
        return position <= head.position() ? Place.PASSED : Place.WAITING;
    }

    /**
     * Whether a block that was stamped with a position, by a sender that is dead now, is in its queue.
     *
     * <p>A walk along the queue to that position. Messages may be taken meanwhile; when the head overtakes the walk, it
     * goes on from there, and when it overtakes the position itself, the block was taken or was never linked, which is
     * the same to the sweep. What {@code next} says of a block counts if the head had not passed that block afterwards.
     */
    boolean isLinked(int block) {
        long reference = words.get(blocks.channel(block));
        long position = words.get(blocks.sequence(block));
        int record = Reference.index(reference);
        if (record >= channels.records().count() || !channels.records().isLive(reference)) {
            return false;
        }
        Channel channel = channels.open(reference);
        ChannelMeter.Head head = meter.head(channel);
        int at = head.dummy();
        long atPosition = head.position();
        while (isAhead(position - atPosition)) { // each round comes closer
            int next = Reference.index(words.getVolatile(blocks.next(at)));
            head = meter.head(channel);
            if (head.position() > atPosition) {
                at = head.dummy();
                atPosition = head.position();
            } else if (!blocks.exists(next)) {
                return false;
            } else {
                at = next;
                atPosition++;
            }
        }
        return at == block && atPosition == position && channels.records().isLive(reference);
    }

    /** Whether a distance between positions is one that a queue can have. */
    private boolean isAhead(long distance) {
        return distance > 0 && distance <= blocks.granules();
    }
}

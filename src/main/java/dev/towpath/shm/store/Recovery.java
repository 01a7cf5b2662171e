package dev.towpath.shm.store;

import dev.towpath.shm.memory.Words;
import dev.towpath.shm.structure.BlockArena;
import dev.towpath.shm.structure.Blocks;
import dev.towpath.shm.structure.Channel;
import dev.towpath.shm.structure.ChannelTable;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.Life;
import dev.towpath.shm.structure.Reference;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts everything that a dead participant held back into use: the sweep.
 *
 * <p>The sweep looks at every owner word of the region once and decides about it by what the words around it say:
 *
 * <table>
 * <caption>What becomes of what is found</caption>
 * <tr><th>found</th><th>becomes</th></tr>
 * <tr><td>slab CLAIMING or LAYING by the dead</td><td>its old cut, or its new one</td></tr>
 * <tr><td>channel record INIT or DEAD by the dead</td><td>FREE</td></tr>
 * <tr><td>channel record LIVE with a closed queue</td><td>FREE</td></tr>
 * <tr><td>group or membership INIT by the dead</td><td>DEAD, and FREE when it is in no list</td></tr>
 * <tr><td>membership DEAD after walks through all groups</td><td>FREE</td></tr>
 * <tr><td>block ALLOCATED by the dead</td><td>FREE</td></tr>
 * <tr><td>block LINKING by the dead</td><td>QUEUED if it is in its queue, else FREE</td></tr>
 * <tr><td>block QUEUED, passed by its head or of a channel that is gone</td><td>FREE</td></tr>
 * <tr><td>part whose parent is gone, or delivered</td><td>FREE</td></tr>
 * <tr><td>fan-out INIT by the dead, or LIVE</td><td>its bits without a message are cleared</td></tr>
 * <tr><td>mark of the dead as a waiter</td><td>cleared</td></tr>
 * </table>
 *
 * What a living participant has ALLOCATED, LINKING or INIT is never touched; what may be hidden by it is decided
 * later, by {@link #settle}. Each decision is carried out by a compare-and-set on exactly the word that was judged, so
 * what has moved on meanwhile stays as it is. Only one participant at a time sweeps for a dead one, the holder of his
 * lock; two sweeps at once for different ones, or one that dies half-way and is begun again, do no harm.
 *
 * <p>Order matters twice: messages are decided before parts and fan-outs are, and a LIVE fan-out is listed
 * before the messages are looked at: no message can come to refer to it later.
 *
 * <p>Blocks are judged by a copy of their owner words, which may be old when it comes to one of them. What was free in
 * the copy was nobody's, and is not looked at. A block that has had another life since was taken by somebody who lives,
 * or has died later: the compare-and-set on its old owner word fails; that it needs a fan-out counts only if it still
 * has that life; and if it is remembered as half made, that is forgotten at the next look.
 */
final class Recovery {

    private final Structures structures;
    private final Words words;
    private final Blocks blocks;
    private final BlockArena arena;
    private final QueueInspector inspector;
    private final Payloads payloads;
    private final Participants participants;
    private final HalfMade halfMade;

    Recovery(Structures structures, Participants participants, HalfMade halfMade) {
        this.structures = structures;
        this.words = structures.words();
        this.blocks = structures.blocks();
        this.arena = structures.arena();
        this.inspector = new QueueInspector(structures);
        this.payloads = new Payloads(structures);
        this.participants = participants;
        this.halfMade = halfMade;
    }

    /**
     * Sweeps the region.
     *
     * @param dead owner number of the dead participant
     */
    void sweep(int dead) {
        for (int slab = 0; slab < blocks.slabs(); slab++) {
            arena.recoverSlab(slab, dead);
        }
        structures.channels().recover(dead);
        clearMarks(dead);
        structures.memberships().recover(dead);
        sweepMessages(dead);
    }

    /**
     * Decides about messages and payloads again, if a living sender has finished what an earlier sweep came upon half
     * made.
     *
     * <p>It is forgotten when it was decided and not before: an error on the way leaves it to the next time. Who dies
     * over it leaves it to the sweep for himself; while he is stopped, it holds its memory. What is half made only now
     * is not remembered: whoever dies over that is swept up after, and otherwise a busy region would be looked at for
     * ever.
     *
     * @return whether there was anything to decide
     */
    boolean settle() {
        if (halfMade.size() == 0) {
            return false;
        }
        HalfMade unfinished = halfMade.unfinished();
        if (unfinished.size() == halfMade.size()) {
            return false;
        }
        sweepMessages(Control.NOBODY);
        halfMade.retain(unfinished);
        return true;
    }

    private void sweepMessages(int dead) {
        List<Long> fanOuts = structures.fanOuts().recover(dead, halfMade::addFanOut);
        Map<Long, Long> needed = new HashMap<>();
        BitSet parts = new BitSet();
        inspector.begin();
        BitSet linked = inspector.linkedBy(dead);
        arena.forEachInUse((block, control) -> {
            if (Control.state(control) == BlockArena.PART) {
                parts.set(block);
            } else {
                sweepMessage(block, control, dead, linked.get(block), needed);
            }
        });
        for (long fanOut : fanOuts) {
            long unneeded = structures.fanOuts().retain(fanOut, needed.getOrDefault(fanOut, 0L));
            if (unneeded != Reference.NONE) {
                payloads.freeParts(unneeded, fanOut, Payloads.OF_FAN_OUT);
            }
        }
        parts.stream().forEach(this::sweepPart);
    }

    /** The dead wait no more; in free records too, so that no mark comes into another life. */
    private void clearMarks(int dead) {
        int slot = Participants.slot(dead);
        WaiterMarks receivers = new WaiterMarks(words, participants, slot, Channel::receiversAt);
        WaiterMarks senders = new WaiterMarks(words, participants, slot, Channel::sendersAt);
        ChannelTable channels = structures.channels();
        for (int record = 0; record < channels.records().count(); record++) {
            Channel channel = channels.open(Reference.to(channels.records().control(record), record));
            receivers.clear(channel);
            senders.clear(channel);
        }
    }

    private void sweepMessage(int block, long control, int dead, boolean linked, Map<Long, Long> needed) {
        boolean ofDead = Control.owner(control) == dead;
        switch (Control.state(control)) {
            case BlockArena.ALLOCATED -> {
                if (ofDead) {
                    arena.free(block, control);
                }
            }
            case BlockArena.LINKING -> {
                if (ofDead && !linked) {
                    arena.free(block, control);
                    return;
                }
                if (ofDead) {
                    words.compareAndSet(
                            blocks.control(block),
                            control,
                            Control.withState(control, Control.NOBODY, BlockArena.QUEUED));
                }
                if (inspector.judge(block) == QueueInspector.Place.WAITING) {
                    noteNeeded(block, control, needed);
                } else if (!ofDead) { // delivered, or not linked yet
                    halfMade.addBlock(Reference.to(control, block));
                }
            }
            case BlockArena.QUEUED -> {
                switch (inspector.judge(block)) {
                    case PASSED -> arena.free(block, control);
                    case WAITING -> noteNeeded(block, control, needed);
                    default -> {} // the dummy: its content has been delivered
                }
            }
            default -> {} // not a message
        }
    }

    /** Notes that a message needs its fan-out, if what says so is of the life that its owner word names. */
    private void noteNeeded(int block, long control, Map<Long, Long> needed) {
        if (Life.kind(words.getVolatile(blocks.life(block))) == Life.SHARED) {
            long fanOut = words.getVolatile(blocks.payload(block));
            long member = words.getVolatile(blocks.payload(block) + Payloads.SHARED_MEMBER_AT);
            if (isStill(block, control)) {
                needed.merge(fanOut, 1L << member, (some, more) -> some | more);
            }
        }
    }

    private boolean isStill(int block, long control) {
        return Reference.names(Reference.to(control, block), words.getVolatile(blocks.control(block)));
    }

    private void sweepPart(int block) {
        long control = words.getVolatile(blocks.control(block));
        if (Control.state(control) == BlockArena.PART) {
            long parent = words.get(blocks.sequence(block));
            boolean ofMessage = words.get(blocks.channel(block)) == Payloads.OF_MESSAGE;
            if (ofMessage ? !messageNeedsParts(parent) : !structures.fanOuts().isInUse(parent)) {
                arena.free(block, control);
            }
        }
    }

    private boolean messageNeedsParts(long message) {
        int block = Reference.index(message);
        if (!blocks.exists(block)) {
            return false;
        }
        long control = words.getVolatile(blocks.control(block));
        if (!Reference.names(message, control)) {
            return false;
        }
        return switch (Control.state(control)) {
            case BlockArena.ALLOCATED, BlockArena.LINKING -> true;
            case BlockArena.QUEUED -> inspector.judge(block) == QueueInspector.Place.WAITING;
            default -> false;
        };
    }
}

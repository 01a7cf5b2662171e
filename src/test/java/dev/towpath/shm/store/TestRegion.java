package dev.towpath.shm.store;

import dev.towpath.shm.memory.HeapWords;
import dev.towpath.shm.memory.Words;
import dev.towpath.shm.structure.BlockArena;
import dev.towpath.shm.structure.Blocks;
import dev.towpath.shm.structure.ChannelMeter;
import dev.towpath.shm.structure.ChannelQueue;
import dev.towpath.shm.structure.ChannelTable;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.FanOuts;
import dev.towpath.shm.structure.MembershipTable;
import dev.towpath.shm.structure.RecordTable;
import dev.towpath.shm.structure.StructureLayouts;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntPredicate;

/**
 * A region on the heap, so small that everything in it is used again at once.
 *
 * <p>A slab has 256 granules; all but a few are ballast, ALLOCATED by an owner who lives and never does anything.
 */
final class TestRegion {

    /** The owner whom a test acts for when it prepares or looks at the region. */
    static final int TESTER = 100;

    private static final int BALLAST = 101;

    private final RegionLayout layout;
    private final HeapWords words;
    private final int freeBlocks;

    /** Makes the queues that a view works with; a mutant makes wrong ones. */
    @FunctionalInterface
    interface QueueMaker {
        ChannelQueue make(Blocks blocks, BlockArena arena, RecordTable records, int owner);
    }

    /** Makes the groups that a view works with. */
    @FunctionalInterface
    interface MembershipsMaker {
        MembershipTable make(RecordTable records, long indexBase, long seed);
    }

    /** The algorithms that a view works with. */
    record Algorithms(QueueMaker queues, Function<RecordTable, FanOuts> fanOuts, MembershipsMaker memberships) {

        /** As they should be. */
        static final Algorithms RIGHT = new Algorithms(ChannelQueue::new, FanOuts::new, MembershipTable::new);

        static Algorithms withQueues(QueueMaker queues) {
            return new Algorithms(queues, FanOuts::new, MembershipTable::new);
        }

        static Algorithms withFanOuts(Function<RecordTable, FanOuts> fanOuts) {
            return new Algorithms(ChannelQueue::new, fanOuts, MembershipTable::new);
        }

        static Algorithms withMemberships(MembershipsMaker memberships) {
            return new Algorithms(ChannelQueue::new, FanOuts::new, memberships);
        }
    }

    /** Sizes of a region. */
    record Sizes(int slabs, int freeBlocks, int channels, int fanOuts, int memberships) {}

    TestRegion(Sizes sizes) {
        this.layout = layout(sizes);
        this.words = new HeapWords(layout.sizeBytes());
        this.freeBlocks = sizes.freeBlocks();
        Blocks blocks = view(TESTER).blocks();
        for (int block = freeBlocks; block < blocks.granules(); block++) {
            words.set(blocks.control(block), Control.of(0, BALLAST, 0, BlockArena.ALLOCATED));
        }
    }

    private static RegionLayout layout(Sizes sizes) {
        long channelsAt = 0;
        long channelIndexAt = channelsAt + sizes.channels() * StructureLayouts.channelBytes();
        long fanOutsAt = channelIndexAt + StructureLayouts.indexBytes(sizes.channels());
        long blockWordsAt = fanOutsAt + sizes.fanOuts() * StructureLayouts.fanOutBytes();
        long membershipsAt = blockWordsAt + Blocks.wordsBytes(sizes.slabs());
        long membershipIndexAt = membershipsAt + sizes.memberships() * StructureLayouts.membershipBytes();
        long payloadAt = membershipIndexAt + StructureLayouts.indexBytes(sizes.memberships());
        long payloadBytes = (long) sizes.slabs() * Blocks.SLAB_GRANULES * Blocks.GRANULE_BYTES;
        long participantsAt = payloadAt + payloadBytes;
        return new RegionLayout(
                sizes.slabs(),
                sizes.channels(),
                sizes.fanOuts(),
                sizes.memberships(),
                participantsAt,
                participantsAt,
                channelsAt,
                channelIndexAt,
                fanOutsAt,
                blockWordsAt,
                membershipsAt,
                membershipIndexAt,
                payloadAt,
                participantsAt + RegionLayout.PARTICIPANTS * ParticipantLayout.BYTES);
    }

    Words words() {
        return words;
    }

    /** Sees the region directly, with the eyes of an owner. */
    Structures view(int owner) {
        return view(words, owner, Algorithms.RIGHT);
    }

    /** Sees the region through other words, which lead to it. */
    Structures view(Words through, int owner, Algorithms algorithms) {
        Blocks blocks = new Blocks(through, layout.blockWordsAt(), layout.payloadAt(), layout.slabs());
        BlockArena arena = new BlockArena(blocks, owner);
        RecordTable channelRecords = new RecordTable(
                through, layout.channelsAt(), StructureLayouts.channelBytes(), layout.channels(), owner);
        ChannelQueue queue = algorithms.queues().make(blocks, arena, channelRecords, owner);
        RecordTable fanOuts =
                new RecordTable(through, layout.fanOutsAt(), StructureLayouts.fanOutBytes(), layout.fanOuts(), owner);
        RecordTable memberships = new RecordTable(
                through, layout.membershipsAt(), StructureLayouts.membershipBytes(), layout.memberships(), owner);
        return new Structures(
                through,
                layout,
                owner,
                blocks,
                arena,
                queue,
                new ChannelTable(channelRecords, layout.channelIndexAt(), blocks, arena, queue, 7),
                new ChannelMeter(blocks, channelRecords, queue),
                algorithms.fanOuts().apply(fanOuts),
                algorithms.memberships().make(memberships, layout.membershipIndexAt(), 7));
    }

    /** The register of participants, as a view sees it; without locks. */
    static Participants participants(Structures view) {
        return new Participants(view.words(), view.layout(), null, "test");
    }

    /** Whether nobody ever changes what is at an offset. */
    boolean isBallast(long offset) {
        Blocks blocks = new Blocks(words, layout.blockWordsAt(), layout.payloadAt(), layout.slabs());
        return offset >= blocks.control(freeBlocks) && offset < blocks.control(blocks.granules());
    }

    /** Lists what is wrong, if only some owners live. */
    List<String> violations(IntPredicate isAlive) {
        return RegionChecker.check(view(TESTER), owner -> owner == BALLAST || isAlive.test(owner));
    }

    /** Bytes in blocks that are in use, without the ballast. */
    long usedBytes() {
        Structures view = view(TESTER);
        long ballast = view.blocks().granules() - freeBlocks;
        return view.arena().usedBytes() - ballast * Blocks.GRANULE_BYTES;
    }

    /** Names an offset for a trace. */
    String label(long offset) {
        if (offset < layout.channelIndexAt()) {
            return name("channel", offset, layout.channelsAt(), StructureLayouts.channelBytes());
        }
        if (offset < layout.fanOutsAt()) {
            return name("channel index", offset, layout.channelIndexAt(), Long.BYTES);
        }
        if (offset < layout.blockWordsAt()) {
            return name("fan-out", offset, layout.fanOutsAt(), StructureLayouts.fanOutBytes());
        }
        if (offset < layout.membershipsAt()) {
            return blockLabel(offset);
        }
        if (offset < layout.membershipIndexAt()) {
            return name("membership", offset, layout.membershipsAt(), StructureLayouts.membershipBytes());
        }
        if (offset < layout.payloadAt()) {
            return name("membership index", offset, layout.membershipIndexAt(), Long.BYTES);
        }
        if (offset >= layout.participantsAt()) {
            return name("participant", offset, layout.participantsAt(), ParticipantLayout.BYTES);
        }
        return name("payload", offset, layout.payloadAt(), Blocks.GRANULE_BYTES);
    }

    private String blockLabel(long offset) {
        Blocks blocks = view(TESTER).blocks();
        if (offset < blocks.control(0)) {
            return name("slab", offset, layout.blockWordsAt(), Long.BYTES);
        }
        if (offset < blocks.next(0)) {
            return name("control of block", offset, blocks.control(0), Long.BYTES);
        }
        if (offset < blocks.sequence(0)) {
            return name("next of block", offset, blocks.next(0), Long.BYTES);
        }
        return name("info of block", offset, blocks.sequence(0), 3L * Long.BYTES);
    }

    private static String name(String what, long offset, long base, long size) {
        long within = (offset - base) % size;
        return what + " " + (offset - base) / size + (size == Long.BYTES ? "" : " +" + within);
    }
}

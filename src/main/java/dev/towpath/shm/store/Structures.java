package dev.towpath.shm.store;

import dev.towpath.shm.memory.HeaderLayout;
import dev.towpath.shm.memory.Layouts;
import dev.towpath.shm.memory.Words;
import dev.towpath.shm.structure.BlockArena;
import dev.towpath.shm.structure.Blocks;
import dev.towpath.shm.structure.ChannelMeter;
import dev.towpath.shm.structure.ChannelQueue;
import dev.towpath.shm.structure.ChannelTable;
import dev.towpath.shm.structure.FanOuts;
import dev.towpath.shm.structure.MembershipTable;
import dev.towpath.shm.structure.RecordTable;
import dev.towpath.shm.structure.StructureLayouts;
import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds the structures of a region as one participant sees them.
 *
 * @param words the region
 * @param layout where everything is
 * @param owner the participant's owner number
 * @param blocks where the blocks are
 * @param arena allocates blocks
 * @param queue the queues of the channels
 * @param channels the channels
 * @param meter reads positions and counts of the channels
 * @param fanOuts shared payloads
 * @param memberships the groups
 */
record Structures(
        Words words,
        RegionLayout layout,
        int owner,
        Blocks blocks,
        BlockArena arena,
        ChannelQueue queue,
        ChannelTable channels,
        ChannelMeter meter,
        FanOuts fanOuts,
        MembershipTable memberships) {

    /** Sees a region with the eyes of an owner. */
    static Structures of(Words words, RegionLayout layout, long hashSeed, int owner) {
        Blocks blocks = new Blocks(words, layout.blockWordsAt(), layout.payloadAt(), layout.slabs());
        BlockArena arena = new BlockArena(blocks, owner);
        RecordTable channelRecords =
                new RecordTable(words, layout.channelsAt(), StructureLayouts.channelBytes(), layout.channels(), owner);
        ChannelQueue queue = new ChannelQueue(blocks, arena, channelRecords, owner);
        ChannelTable channels =
                new ChannelTable(channelRecords, layout.channelIndexAt(), blocks, arena, queue, hashSeed);
        ChannelMeter meter = new ChannelMeter(blocks, channelRecords, queue);
        FanOuts fanOuts = new FanOuts(
                new RecordTable(words, layout.fanOutsAt(), StructureLayouts.fanOutBytes(), layout.fanOuts(), owner));
        RecordTable membershipRecords = new RecordTable(
                words, layout.membershipsAt(), StructureLayouts.membershipBytes(), layout.memberships(), owner);
        MembershipTable memberships = new MembershipTable(membershipRecords, layout.membershipIndexAt(), hashSeed);
        return new Structures(words, layout, owner, blocks, arena, queue, channels, meter, fanOuts, memberships);
    }

    /** Lists everything in a region that has a layout. */
    static List<StructLayout> layouts() {
        List<StructLayout> structs = new ArrayList<>(StructureLayouts.all());
        structs.add(HeaderLayout.STRUCT);
        structs.add(ParticipantLayout.RECORD);
        structs.add(DutyLayout.RECORD);
        return List.copyOf(structs);
    }

    /** Condenses the layout of everything in a region into a number. */
    static long fingerprint() {
        return Layouts.fingerprint(layouts());
    }
}

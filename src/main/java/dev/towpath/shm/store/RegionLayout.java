package dev.towpath.shm.store;

import dev.towpath.shm.memory.HeaderLayout;
import dev.towpath.shm.structure.Blocks;
import dev.towpath.shm.structure.StructureLayouts;

/**
 * Divides a region: which section begins where and how many things it holds, from the two memory budgets alone.
 *
 * <table>
 * <caption>Sections of a region, in this order</caption>
 * <tr><th>section</th><th>bytes</th><th>paid from</th></tr>
 * <tr><td>header</td><td>fixed</td><td>–</td></tr>
 * <tr><td>participants</td><td>{@value #PARTICIPANTS} records, and the duties</td><td>–</td></tr>
 * <tr><td>channel records</td><td>256 each, 32 for each slab</td><td>message memory</td></tr>
 * <tr><td>channel index</td><td>16 for each channel</td><td>message memory</td></tr>
 * <tr><td>fan-out records</td><td>32 each, 4 for each slab</td><td>message memory</td></tr>
 * <tr><td>words of slabs and blocks</td><td>40 for each granule</td><td>message memory</td></tr>
 * <tr><td>membership records</td><td>104 each</td><td>group memory</td></tr>
 * <tr><td>membership index</td><td>16 for each membership</td><td>group memory</td></tr>
 * <tr><td>payload</td><td>64 KiB for each slab</td><td>message memory</td></tr>
 * </table>
 *
 * @param slabs slabs of 64 KiB of payload
 * @param channels channel records
 * @param fanOuts fan-out records
 * @param memberships records of groups and memberships
 * @param participantsAt byte offset of the participants
 * @param dutiesAt byte offset of the duties
 * @param channelsAt byte offset of the channel records
 * @param channelIndexAt byte offset of the channel index
 * @param fanOutsAt byte offset of the fan-out records
 * @param blockWordsAt byte offset of the words of slabs and blocks
 * @param membershipsAt byte offset of the membership records
 * @param membershipIndexAt byte offset of the membership index
 * @param payloadAt byte offset of the payload
 * @param sizeBytes size of the region
 */
record RegionLayout(
        int slabs,
        int channels,
        int fanOuts,
        int memberships,
        long participantsAt,
        long dutiesAt,
        long channelsAt,
        long channelIndexAt,
        long fanOutsAt,
        long blockWordsAt,
        long membershipsAt,
        long membershipIndexAt,
        long payloadAt,
        long sizeBytes) {

    /** How many layers can have the region open at once. */
    static final int PARTICIPANTS = 256;

    static final long MIN_MESSAGE_MEMORY_BYTES = 128 << 10;
    static final long MAX_MESSAGE_MEMORY_BYTES = 8L << 30;
    static final long MIN_GROUP_MEMORY_BYTES = 4 << 10;
    static final long MAX_GROUP_MEMORY_BYTES = 256 << 20;

    private static final int CHANNELS_PER_SLAB = 32;
    private static final int FAN_OUTS_PER_SLAB = 4;
    private static final long SLAB_BYTES = (long) Blocks.SLAB_GRANULES * Blocks.GRANULE_BYTES;

    /** Lays a region out. */
    static RegionLayout of(long messageMemoryBytes, long groupMemoryBytes) {
        int slabs = (int) (messageMemoryBytes / costOfSlab());
        int channels = slabs * CHANNELS_PER_SLAB;
        int fanOuts = slabs * FAN_OUTS_PER_SLAB;
        int memberships =
                (int) (groupMemoryBytes / (StructureLayouts.membershipBytes() + StructureLayouts.INDEX_BYTES));
        long participantsAt = align(HeaderLayout.SIZE_BYTES);
        long dutiesAt = participantsAt + PARTICIPANTS * ParticipantLayout.BYTES;
        long channelsAt = align(dutiesAt + DutyLayout.BYTES);
        long channelIndexAt = channelsAt + channels * StructureLayouts.channelBytes();
        long fanOutsAt = align(channelIndexAt + StructureLayouts.indexBytes(channels));
        long blockWordsAt = align(fanOutsAt + fanOuts * StructureLayouts.fanOutBytes());
        long membershipsAt = align(blockWordsAt + Blocks.wordsBytes(slabs));
        long membershipIndexAt = align(membershipsAt + memberships * StructureLayouts.membershipBytes());
        long payloadAt = alignToPage(membershipIndexAt + StructureLayouts.indexBytes(memberships));
        return new RegionLayout(
                slabs,
                channels,
                fanOuts,
                memberships,
                participantsAt,
                dutiesAt,
                channelsAt,
                channelIndexAt,
                fanOutsAt,
                blockWordsAt,
                membershipsAt,
                membershipIndexAt,
                payloadAt,
                payloadAt + slabs * SLAB_BYTES);
    }

    /**
     * Sizes the region of two budgets.
     *
     * @throws IllegalArgumentException if no region can have them
     */
    static long sizeOf(long messageMemoryBytes, long groupMemoryBytes) {
        return of(Store.requireMessageMemory(messageMemoryBytes), Store.requireGroupMemory(groupMemoryBytes))
                .sizeBytes();
    }

    /** What a slab costs of the message memory, with the words, channels and fan-outs that belong to it. */
    private static long costOfSlab() {
        return SLAB_BYTES
                + Blocks.SLAB_GRANULES * Blocks.WORDS_BYTES
                + Long.BYTES
                + CHANNELS_PER_SLAB * (StructureLayouts.channelBytes() + StructureLayouts.INDEX_BYTES)
                + FAN_OUTS_PER_SLAB * StructureLayouts.fanOutBytes();
    }

    private static long align(long bytes) {
        return (bytes + 63) & -64;
    }

    private static long alignToPage(long bytes) {
        return (bytes + 4095) & -4096;
    }
}

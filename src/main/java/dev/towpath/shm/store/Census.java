package dev.towpath.shm.store;

import dev.towpath.shm.structure.Blocks;
import dev.towpath.shm.structure.Channel;
import dev.towpath.shm.structure.ChannelMeter;
import dev.towpath.shm.structure.ChannelTable;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.Life;
import dev.towpath.shm.structure.MembershipTable;
import dev.towpath.shm.structure.Name;
import dev.towpath.shm.structure.RecordTable;
import dev.towpath.shm.structure.Reference;
import dev.towpath.shm.structure.StructureLayouts;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Counts what is in a region, by looking at all of it: nothing has to be kept up to date, and nothing can drift.
 *
 * <p>Each number was true at some moment during the count; together they are exact if nobody else is at work.
 */
public final class Census {

    private final Structures structures;
    private final ChannelTable channels;
    private final ChannelMeter meter;
    private final Participants participants;
    private final Counters counters;
    private final Clock clock;
    private final StoreOptions options;
    private final long messageMemoryBytes;
    private final long groupMemoryBytes;

    Census(
            Structures structures,
            Participants participants,
            Counters counters,
            Clock clock,
            StoreOptions options,
            long messageMemoryBytes,
            long groupMemoryBytes) {
        this.structures = structures;
        this.channels = structures.channels();
        this.meter = structures.meter();
        this.participants = participants;
        this.counters = counters;
        this.clock = clock;
        this.options = options;
        this.messageMemoryBytes = messageMemoryBytes;
        this.groupMemoryBytes = groupMemoryBytes;
    }

    /**
     * What is known of one channel.
     *
     * @param accepted messages since it was created
     * @param pending messages that wait
     * @param oldestMillis age of the oldest waiting message
     * @param full refused sends since it was created
     */
    public record OfChannel(long accepted, long pending, long oldestMillis, long full) {}

    /**
     * What is known of the region.
     *
     * @param accepted messages since the region was made
     * @param pending messages that wait
     * @param oldestMillis age of the oldest waiting message
     * @param full refused sends
     * @param expired messages that expired
     * @param groupFull members skipped by group sends
     * @param messageBytesUsed message memory in use
     * @param messageBytesTotal message memory
     * @param groupBytesUsed group memory in use
     * @param groupBytesTotal group memory
     * @param channels channels
     * @param groups groups with members
     * @param memberships memberships
     * @param participants participants that are joined
     */
    public record OfRegion(
            long accepted,
            long pending,
            long oldestMillis,
            long full,
            long expired,
            long groupFull,
            long messageBytesUsed,
            long messageBytesTotal,
            long groupBytesUsed,
            long groupBytesTotal,
            int channels,
            int groups,
            long memberships,
            int participants) {}

    /**
     * Counts a channel.
     *
     * @param name its name
     * @return what is known of it, or null if there is none
     */
    public @Nullable OfChannel ofChannel(Name name) {
        long found = channels.find(name);
        if (found == Reference.NONE) {
            return null;
        }
        Channel channel = channels.open(found);
        OfChannel counted = new OfChannel(
                meter.acceptedCount(channel),
                meter.pendingCount(channel),
                oldestMillis(channel),
                meter.fullCount(channel));
        return channels.records().isLive(found) ? counted : null;
    }

    /** The age of the oldest message, by its deadline and this participant's expiry. */
    private long oldestMillis(Channel channel) {
        long life = meter.oldestLife(channel);
        if (life == -1) {
            return 0;
        }
        long sentAt = Life.deadlineMillis(life) - options.expiryNanos() / 1_000_000;
        return Math.max(0, clock.nowMillis() - sentAt);
    }

    /**
     * Counts the region.
     *
     * @return what is known of it
     */
    public OfRegion ofRegion() {
        long accepted = 0;
        long pending = 0;
        long oldest = 0;
        int live = 0;
        for (int record = 0; record < channels.records().count(); record++) {
            accepted += meter.acceptedOverAllLives(record);
            long control = channels.records().control(record);
            if (Control.state(control) == RecordTable.LIVE) {
                Channel channel = channels.open(Reference.to(control, record));
                live++;
                pending += meter.pendingCount(channel);
                oldest = Math.max(oldest, oldestMillis(channel));
            }
        }
        MembershipTable memberships = structures.memberships();
        BitSet groups = new BitSet();
        long members = 0;
        long records = 0;
        long now = clock.nowMillis();
        for (int record = 0; record < memberships.records().count(); record++) {
            records += Control.state(memberships.records().control(record)) == RecordTable.FREE ? 0 : 1;
            long membership = memberships.liveMembership(record);
            if (membership != Reference.NONE && !memberships.isExpired(membership, now)) {
                members++;
                groups.set(memberships.records().check(memberships.groupOf(membership)));
            }
        }
        long granules = structures.arena().usedBytes() / Blocks.GRANULE_BYTES;
        return new OfRegion(
                accepted,
                pending,
                oldest,
                counters.fullByAll(),
                counters.expiredByAll(),
                counters.groupFullByAll(),
                granules * (Blocks.GRANULE_BYTES + Blocks.WORDS_BYTES)
                        + live * (StructureLayouts.channelBytes() + StructureLayouts.INDEX_BYTES),
                messageMemoryBytes,
                records * (StructureLayouts.membershipBytes() + StructureLayouts.INDEX_BYTES),
                groupMemoryBytes,
                live,
                groups.cardinality(),
                members,
                participants.joinedCount());
    }
}

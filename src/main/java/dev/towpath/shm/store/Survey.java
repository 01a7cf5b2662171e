package dev.towpath.shm.store;

import dev.towpath.shm.memory.CorruptedRegion;
import dev.towpath.shm.memory.Words;
import dev.towpath.shm.structure.BlockArena;
import dev.towpath.shm.structure.Blocks;
import dev.towpath.shm.structure.Channel;
import dev.towpath.shm.structure.ChannelMeter;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.MembershipTable;
import dev.towpath.shm.structure.Name;
import dev.towpath.shm.structure.RecordTable;
import dev.towpath.shm.structure.Reference;
import dev.towpath.shm.structure.SlabChecker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Tells what is in a region and who holds what; only reads.
 *
 * <p>While others use the region, each count is of another moment.
 *
 * @param participants those who have a slot
 * @param channels those in use
 * @param groups those in use
 * @param blocks blocks by size class and state
 * @param cuts slabs by the size class they are cut into, and behind them those that somebody is cutting
 * @param fanOuts payloads that several messages share
 */
public record Survey(
        List<Participant> participants,
        List<ChannelRow> channels,
        List<GroupRow> groups,
        List<List<Long>> blocks,
        List<Integer> cuts,
        int fanOuts) {

    /** How many states of a block are told apart; the last is whatever is none. */
    public static final int BLOCK_STATES = BlockArena.CLAIMED + 2;

    /**
     * Somebody who has joined.
     *
     * @param slot his slot
     * @param process his process id, as he has said
     * @param joinedAtMillis when he joined, since the region was made
     * @param alive whether a process holds the lock of the slot
     * @param sleeping whether he says that his waking thread sleeps
     * @param blocks blocks in his hands
     * @param records records of channels, fan-outs, groups and memberships in his hands
     * @param slabs slabs that he is cutting
     */
    public record Participant(
            int slot,
            long process,
            long joinedAtMillis,
            boolean alive,
            boolean sleeping,
            long blocks,
            long records,
            long slabs) {}

    /**
     * A channel.
     *
     * @param name its name, or null if it is unreadable
     * @param pending messages that wait, expired ones included
     * @param accepted messages since it was created
     * @param refused refused sends since it was created
     * @param oldestDeadlineMillis when the oldest message expires, since the region was made; -1 if none waits
     * @param receivers a bit for the slots, modulo 64, of those who wait for a message
     * @param senders a bit for the slots, modulo 64, of those who wait for room
     */
    public record ChannelRow(
            @Nullable Name name,
            long pending,
            long accepted,
            long refused,
            long oldestDeadlineMillis,
            long receivers,
            long senders) {}

    /**
     * A group.
     *
     * @param name its name, or null if it is unreadable
     * @param members its memberships, expired ones included
     */
    public record GroupRow(@Nullable Name name, long members) {}

    /** Looks at everything once. */
    static Survey of(Structures structures, Participants participants, IntPredicate isHeld) {
        return new Survey(
                participants(structures, participants, isHeld),
                channels(structures),
                groups(structures.memberships()),
                blocks(structures.blocks()),
                SlabChecker.countCuts(structures.blocks()),
                inUse(structures.fanOuts().records()));
    }

    private static List<Participant> participants(
            Structures structures, Participants participants, IntPredicate isHeld) {
        long[] blocks = new long[Control.MAX_OWNER + 1];
        long[] records = new long[Control.MAX_OWNER + 1];
        long[] slabs = new long[Control.MAX_OWNER + 1];
        Words words = structures.words();
        for (int block = 0; block < structures.blocks().granules(); block++) {
            blocks[Control.owner(words.getVolatile(structures.blocks().control(block)))]++;
        }
        for (int slab = 0; slab < structures.blocks().slabs(); slab++) {
            slabs[SlabChecker.cutterOf(structures.blocks(), slab)]++;
        }
        for (RecordTable table : List.of(
                structures.channels().records(),
                structures.fanOuts().records(),
                structures.memberships().records())) {
            for (int record = 0; record < table.count(); record++) {
                records[Control.owner(table.control(record))]++;
            }
        }
        List<Participant> joined = new ArrayList<>();
        for (int slot = 0; slot < RegionLayout.PARTICIPANTS; slot++) {
            if (participants.isJoined(slot)) {
                long at = participants.at(slot);
                int owner = Participants.owner(slot);
                joined.add(new Participant(
                        slot,
                        words.getVolatile(at + ParticipantLayout.PROCESS),
                        words.getVolatile(at + ParticipantLayout.JOINED_AT),
                        isHeld.test(slot),
                        words.getVolatile(at + ParticipantLayout.SLEEPING) != 0,
                        blocks[owner],
                        records[owner],
                        slabs[owner]));
            }
        }
        return joined;
    }

    private static List<ChannelRow> channels(Structures structures) {
        RecordTable records = structures.channels().records();
        List<ChannelRow> rows = new ArrayList<>();
        for (int record = 0; record < records.count(); record++) {
            long control = records.control(record);
            if (Control.state(control) == RecordTable.LIVE) {
                rows.add(row(structures, structures.channels().open(Reference.to(control, record))));
            }
        }
        return rows;
    }

    private static ChannelRow row(Structures structures, Channel channel) {
        ChannelMeter meter = structures.meter();
        Words words = structures.words();
        long last = 0;
        long pending = 0;
        long deadline = -1;
        try {
            last = meter.lastPosition(channel);
            pending = Math.max(0, last - meter.head(channel).position());
            deadline = meter.oldestDeadlineMillis(channel);
        } catch (CorruptedRegion e) {
            pending = -1; // the checker says why
        }
        return new ChannelRow(
                readable(structures.channels().name(channel)),
                pending,
                last - words.getVolatile(meter.baseAt(channel)),
                meter.fullCount(channel),
                deadline,
                words.getVolatile(channel.receiversAt()),
                words.getVolatile(channel.sendersAt()));
    }

    private static @Nullable Name readable(Name name) {
        try {
            return name.ascii().length > 0 ? name : null;
        } catch (CorruptedRegion e) {
            return null;
        }
    }

    private static List<GroupRow> groups(MembershipTable memberships) {
        Map<Integer, Long> members = new HashMap<>();
        for (int record = 0; record < memberships.records().count(); record++) {
            long membership = memberships.liveMembership(record);
            if (membership != Reference.NONE) {
                members.merge(memberships.groupOf(membership), 1L, Long::sum);
            }
        }
        List<GroupRow> rows = new ArrayList<>();
        for (int record = 0; record < memberships.records().count(); record++) {
            long group = memberships.liveGroup(record);
            if (group != Reference.NONE) {
                rows.add(new GroupRow(readable(memberships.name(group)), members.getOrDefault(record, 0L)));
            }
        }
        return rows;
    }

    private static List<List<Long>> blocks(Blocks blocks) {
        long[][] counts = new long[BlockArena.SIZE_CLASSES][BLOCK_STATES];
        for (int block = 0; block < blocks.granules(); block++) {
            long control = blocks.words().getVolatile(blocks.control(block));
            int sizeClass = Math.min(Control.kind(control), BlockArena.SIZE_CLASSES - 1);
            counts[sizeClass][Math.min(Control.state(control), BLOCK_STATES - 1)]++;
        }
        return Arrays.stream(counts)
                .map(row -> Arrays.stream(row).boxed().toList())
                .toList();
    }

    private static int inUse(RecordTable records) {
        int count = 0;
        for (int record = 0; record < records.count(); record++) {
            count += Control.state(records.control(record)) == RecordTable.FREE ? 0 : 1;
        }
        return count;
    }
}

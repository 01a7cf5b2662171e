package dev.towpath.shm.store;

import dev.towpath.shm.memory.CorruptedRegion;
import dev.towpath.shm.memory.Words;
import dev.towpath.shm.structure.BlockArena;
import dev.towpath.shm.structure.Blocks;
import dev.towpath.shm.structure.Channel;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.Finding;
import dev.towpath.shm.structure.RecordTable;
import dev.towpath.shm.structure.Reference;
import dev.towpath.shm.structure.SlabChecker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Checks the invariants of a region; only reads.
 *
 * <p>Every block that is not free must be accounted for exactly once: as a message or the dummy of one channel, as a
 * part of one message or fan-out, or as being in the hands of a living owner. Every record that is not free is LIVE and
 * indexed once, or in such hands. Anything else is found. If others change the region meanwhile, a finding may be
 * nothing but a moment; see {@link Finding}.
 *
 * <p>Whatever is in the region, it ends, and throws nothing.
 */
final class RegionChecker {

    private final Structures structures;
    private final Words words;
    private final Blocks blocks;
    private final IntPredicate isAlive;
    private final Claims claims;
    private final QueueChecker queues;
    private final List<Finding> findings = new ArrayList<>();

    private RegionChecker(Structures structures, IntPredicate isAlive) {
        this.structures = structures;
        this.words = structures.words();
        this.blocks = structures.blocks();
        this.isAlive = owner -> owner != Control.NOBODY && isAlive.test(owner);
        this.claims = new Claims(blocks.granules());
        this.queues = new QueueChecker(structures, this.isAlive, claims);
    }

    /**
     * Checks a region that nobody is changing.
     *
     * @param structures the region
     * @param isAlive tells which owners live: what they hold is in order
     * @return what is wrong, in words; empty if all is well
     */
    static List<String> check(Structures structures, IntPredicate isAlive) {
        return find(structures, isAlive).stream().map(Finding::text).toList();
    }

    /**
     * Looks through a region.
     *
     * @param structures the region
     * @param isAlive tells which owners live: what they hold is in order
     * @return what seems to be wrong
     */
    static List<Finding> find(Structures structures, IntPredicate isAlive) {
        RegionChecker checker = new RegionChecker(structures, isAlive);
        checker.findings.addAll(SlabChecker.check(structures.blocks(), checker.isAlive));
        checker.checkChannels();
        checker.checkFanOuts();
        checker.checkBlocks();
        checker.findings.addAll(MembershipChecker.check(structures.memberships(), checker.isAlive));
        return List.copyOf(checker.findings);
    }

    private void complain(String text, long... evidence) {
        findings.add(Finding.damage(text, evidence));
    }

    private void checkChannels() {
        RecordTable records = structures.channels().records();
        Map<String, Integer> names = new HashMap<>();
        for (int record = 0; record < records.count(); record++) {
            long control = records.control(record);
            String what = "channel record " + record;
            if (Control.state(control) == RecordTable.LIVE) {
                try {
                    Channel channel = structures.channels().open(Reference.to(control, record));
                    checkIndexed(channel, what, names, record);
                    findings.addAll(queues.check(channel));
                } catch (CorruptedRegion e) {
                    complain(what + ": " + e.getMessage(), control);
                }
            } else if (Control.state(control) != RecordTable.FREE && !isAlive.test(Control.owner(control))) {
                complain(leftBehind(what, control), control);
            }
        }
    }

    private static String leftBehind(String what, long control) {
        return what + " was left in state " + Control.state(control) + " by owner " + Control.owner(control);
    }

    /** I6. */
    private void checkIndexed(Channel channel, String what, Map<String, Integer> names, int record) {
        int slots = structures.channels().slotsOf(channel);
        if (slots != 1) {
            complain(what + " stands in " + slots + " slots of the index", channel.reference());
        }
        String name = structures.channels().name(channel).toString();
        Integer other = names.put(name, record);
        if (other != null) {
            long otherControl = structures.channels().records().control(other);
            complain(
                    what + " and record " + other + " both are LIVE and named " + name,
                    channel.reference(),
                    otherControl);
        }
    }

    private void checkFanOuts() {
        RecordTable records = structures.fanOuts().records();
        for (int record = 0; record < records.count(); record++) {
            long control = records.control(record);
            String what = "fan-out " + record;
            if (Control.state(control) == RecordTable.LIVE) {
                checkFanOut(Reference.to(control, record), what);
            } else if (Control.state(control) != RecordTable.FREE && !isAlive.test(Control.owner(control))) {
                complain(leftBehind(what, control), control);
            } else if (Control.state(control) != RecordTable.FREE) {
                claims.forgetSharers(Reference.to(control, record)); // its sender is at it
            }
        }
        for (long fanOut : claims.remainingFanOuts()) {
            complain("a message shares fan-out " + Reference.index(fanOut) + ", which is in use no more", fanOut);
        }
    }

    private void checkFanOut(long fanOut, String what) {
        long messages = claims.sharersOf(fanOut);
        claims.forgetSharers(fanOut);
        Finding finding = queues.checkParts(
                structures.fanOuts().parts(fanOut),
                -1,
                fanOut,
                Payloads.OF_FAN_OUT,
                Claims.Role.SHARED_PART,
                Reference.index(fanOut));
        if (finding != null) {
            findings.add(finding);
        }
        long bits = structures.fanOuts().needed(fanOut);
        String text = what + " is needed by " + Long.toBinaryString(bits) + " and has messages for "
                + Long.toBinaryString(messages);
        if ((messages & ~bits) != 0) {
            complain(text, fanOut, bits, messages);
        } else if (bits != messages || bits == 0) {
            findings.add(Finding.unfinished(text, fanOut, bits));
        }
    }

    /** I1: what nothing accounts for must be in living hands. */
    private void checkBlocks() {
        for (int block = 0; block < blocks.granules(); block++) {
            long control = words.getVolatile(blocks.control(block));
            int state = Control.state(control);
            boolean used = state != BlockArena.FREE && state != BlockArena.COVERED && state != BlockArena.CLAIMED;
            if (used && !claims.isClaimed(block) && !isInLivingHands(block, control)) {
                String text = "block " + block + " is leaked: state " + state + ", owner " + Control.owner(control);
                boolean passing = state == BlockArena.QUEUED || state == BlockArena.PART;
                findings.add(passing ? Finding.unfinished(text, control) : Finding.damage(text, control));
            }
        }
    }

    private boolean isInLivingHands(int block, long control) {
        return switch (Control.state(control)) {
            case BlockArena.ALLOCATED, BlockArena.LINKING -> isAlive.test(Control.owner(control));
            case BlockArena.QUEUED -> {
                int record = Reference.index(words.get(blocks.channel(block)));
                RecordTable records = structures.channels().records();
                yield record < records.count() && isAlive.test(Control.owner(records.control(record)));
            }
            case BlockArena.PART -> isParentInLivingHands(block);
            default -> false;
        };
    }

    private boolean isParentInLivingHands(int part) {
        int parent = Reference.index(words.get(blocks.sequence(part)));
        if (words.get(blocks.channel(part)) == Payloads.OF_MESSAGE) {
            return blocks.exists(parent) && isAlive.test(Control.owner(words.getVolatile(blocks.control(parent))));
        }
        RecordTable records = structures.fanOuts().records();
        return parent < records.count() && isAlive.test(Control.owner(records.control(parent)));
    }
}

package dev.towpath.shm.store;

import dev.towpath.shm.memory.Words;
import dev.towpath.shm.structure.BlockArena;
import dev.towpath.shm.structure.Blocks;
import dev.towpath.shm.structure.Channel;
import dev.towpath.shm.structure.ChannelMeter;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.Life;
import dev.towpath.shm.structure.RecordTable;
import dev.towpath.shm.structure.Reference;
import dev.towpath.shm.structure.SlabChecker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Checks the invariants of a region that nobody is changing.
 *
 * <p>Every block that is not free must be accounted for exactly once: as a message or the dummy of one channel, as a
 * part of one message or fan-out, or as being in the hands of a living owner. Every record that is not free is LIVE and
 * indexed once, or in such hands. Anything else is named in the result.
 */
final class RegionChecker {

    private final Structures structures;
    private final Words words;
    private final Blocks blocks;
    private final IntPredicate isAlive;
    private final List<String> violations = new ArrayList<>();

    /** What accounts for a block. */
    private final Map<Integer, String> claims = new HashMap<>();

    /** The members for whom a message of a fan-out was found. */
    private final Map<Long, Long> needed = new HashMap<>();

    private RegionChecker(Structures structures, IntPredicate isAlive) {
        this.structures = structures;
        this.words = structures.words();
        this.blocks = structures.blocks();
        this.isAlive = owner -> owner != Control.NOBODY && isAlive.test(owner);
    }

    /**
     * Checks a region.
     *
     * @param structures the region
     * @param isAlive tells which owners live: what they hold is in order
     * @return what is wrong, in words; empty if all is well
     */
    static List<String> check(Structures structures, IntPredicate isAlive) {
        RegionChecker checker = new RegionChecker(structures, isAlive);
        checker.violations.addAll(SlabChecker.check(structures.blocks(), checker.isAlive));
        checker.checkChannels();
        checker.checkFanOuts();
        checker.checkBlocks();
        checker.violations.addAll(MembershipChecker.check(structures.memberships(), checker.isAlive));
        return List.copyOf(checker.violations);
    }

    private void complain(String violation) {
        violations.add(violation);
    }

    private long control(int block) {
        return words.getVolatile(blocks.control(block));
    }

    private void claim(int block, String what) {
        String other = claims.put(block, what);
        if (other != null) {
            complain("block " + block + " is " + other + " and " + what);
        }
    }

    private void checkChannels() {
        RecordTable records = structures.channels().records();
        Map<String, Integer> names = new HashMap<>();
        for (int record = 0; record < records.count(); record++) {
            long control = records.control(record);
            String what = "channel record " + record;
            if (Control.state(control) == RecordTable.LIVE) {
                Channel channel = structures.channels().open(Reference.to(control, record));
                checkIndexed(channel, what, names, record);
                checkQueue(channel, what);
            } else if (Control.state(control) != RecordTable.FREE && !isAlive.test(Control.owner(control))) {
                complain(what + " was left in state " + Control.state(control) + " by owner " + Control.owner(control));
            }
        }
    }

    /** I6. */
    private void checkIndexed(Channel channel, String what, Map<String, Integer> names, int record) {
        String name = structures.channels().name(channel).toString();
        Integer other = names.put(name, record);
        if (other != null) {
            complain(what + " and record " + other + " both are LIVE and named " + name);
        }
        int slots = structures.channels().slotsOf(channel);
        if (slots != 1) {
            complain(what + " stands in " + slots + " slots of the index");
        }
    }

    /** I1, I2, I3, I7: from the dummy to the end, by positions. */
    private void checkQueue(Channel channel, String what) {
        ChannelMeter.Head head = structures.meter().head(channel);
        int tail = structures.meter().tail(channel);
        boolean tailSeen = false;
        int block = head.dummy();
        long position = head.position();
        for (int i = 0; blocks.exists(block); i++) {
            if (i > blocks.granules()) {
                complain("the queue of " + what + " does not end");
                return;
            }
            checkMessage(channel, block, position + i, i == 0, what);
            tailSeen |= block == tail;
            block = Reference.index(words.getVolatile(blocks.next(block)));
        }
        if (!tailSeen) {
            complain("tail of " + what + " is block " + tail + ", which is not in its queue");
        }
        if (structures.channels().isGone(channel)) {
            complain(what + " is closed and still LIVE");
        }
    }

    private void checkMessage(Channel channel, int block, long position, boolean dummy, String what) {
        String place = (dummy ? "the dummy of " : "a message of ") + what;
        claim(block, place);
        long control = control(block);
        int state = Control.state(control);
        boolean linking = state == BlockArena.LINKING && isAlive.test(Control.owner(control));
        if (state != BlockArena.QUEUED && !linking) {
            complain(place + ", block " + block + ", is in state " + state);
        }
        if (!Reference.names(words.getVolatile(blocks.next(block)), control)) {
            complain(place + ", block " + block + ", has a link of another generation");
        }
        if (words.get(blocks.sequence(block)) != position || words.get(blocks.channel(block)) != channel.reference()) {
            complain(place + ", block " + block + ", is stamped for another place than " + position);
        }
        if (!dummy) {
            checkContent(block, control, place);
        }
    }

    private void checkContent(int block, long control, String place) {
        long life = words.get(blocks.life(block));
        long content = words.get(blocks.payload(block));
        if (Life.kind(life) == Life.PARTS) {
            claimParts(content, Reference.to(control, block), Payloads.OF_MESSAGE, "a part of " + place);
        } else if (Life.kind(life) == Life.SHARED) {
            long bit = 1L << words.get(blocks.payload(block) + Payloads.SHARED_MEMBER_AT);
            long others = needed.getOrDefault(content, 0L);
            if ((others & bit) != 0) {
                complain(place + " shares a bit of its fan-out with another message");
            }
            needed.put(content, others | bit);
        }
    }

    private void claimParts(long first, long parent, long parentKind, String what) {
        int block = Reference.index(first);
        for (int i = 0; blocks.exists(block) && i <= blocks.granules(); i++) {
            claim(block, what);
            if (Control.state(control(block)) != BlockArena.PART
                    || words.get(blocks.sequence(block)) != parent
                    || words.get(blocks.channel(block)) != parentKind) {
                complain(what + ", block " + block + ", is not its part");
                return;
            }
            block = Reference.index(words.getVolatile(blocks.next(block)));
        }
    }

    private void checkFanOuts() {
        RecordTable records = structures.fanOuts().records();
        for (int record = 0; record < records.count(); record++) {
            long control = records.control(record);
            long fanOut = Reference.to(control, record);
            String what = "fan-out " + record;
            boolean inHands = isAlive.test(Control.owner(control));
            long messages = needed.getOrDefault(fanOut, 0L);
            if (Control.state(control) == RecordTable.LIVE) {
                claimParts(structures.fanOuts().parts(fanOut), fanOut, Payloads.OF_FAN_OUT, "a part of " + what);
                long bits = structures.fanOuts().needed(fanOut);
                if (bits != messages || bits == 0) {
                    complain(what + " is needed by " + Long.toBinaryString(bits) + " and has messages for "
                            + Long.toBinaryString(messages));
                }
            } else if (Control.state(control) != RecordTable.FREE && !inHands) {
                complain(what + " was left in state " + Control.state(control) + " by owner " + Control.owner(control));
            } else if (messages != 0 && !inHands) {
                complain(what + " has messages and is FREE");
            }
        }
    }

    /** I1: what nothing accounts for must be in living hands. */
    private void checkBlocks() {
        for (int block = 0; block < blocks.granules(); block++) {
            long control = control(block);
            int state = Control.state(control);
            boolean used = state != BlockArena.FREE && state != BlockArena.COVERED && state != BlockArena.CLAIMED;
            if (used && !claims.containsKey(block) && !isInLivingHands(block, control)) {
                complain("block " + block + " is leaked: state " + state + ", owner " + Control.owner(control));
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
            return blocks.exists(parent) && isAlive.test(Control.owner(control(parent)));
        }
        RecordTable records = structures.fanOuts().records();
        return parent < records.count() && isAlive.test(Control.owner(records.control(parent)));
    }
}

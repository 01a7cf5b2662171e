package dev.towpath.shm.store;

import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.FanOuts;
import dev.towpath.shm.structure.Finding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Notes what accounts for each block, for {@link RegionChecker}: exactly one thing, in each generation of it. */
final class Claims {

    /** What accounts for a block. */
    enum Role {
        /** It is the dummy of a channel. */
        DUMMY(0, "the dummy of channel record "),
        /** It is a message in a channel. */
        MESSAGE(1, "a message of channel record "),
        /** It is a part of such a message. */
        PART(2, "a part of a message of channel record "),
        /** It is a part of a fan-out. */
        SHARED_PART(3, "a part of fan-out ");

        private final int code;
        private final String words;

        Role(int code, String words) {
            this.code = code;
            this.words = words;
        }

        String of(int record) {
            return words + record;
        }
    }

    private static final int ROLE_SHIFT = 28;
    private static final int RECORD_MASK = (1 << ROLE_SHIFT) - 1;

    /** Role and record that account for a block, plus one; 0 for none. */
    private final int[] claimants;

    private final int[] generations;

    /** The blocks, plus one, of the members for whom a message of a fan-out was found. */
    private final Map<Long, int[]> sharers = new HashMap<>();

    Claims(int blocks) {
        this.claimants = new int[blocks];
        this.generations = new int[blocks];
    }

    /** Claims a block for a record; what speaks against it, or null. */
    @Nullable
    Finding claim(int block, long control, Role role, int record) {
        int claimant = (role.code << ROLE_SHIFT | record) + 1;
        int generation = (int) Control.generation(control);
        int other = claimants[block];
        boolean taken = other != 0 && other != claimant && generations[block] == generation;
        claimants[block] = claimant;
        generations[block] = generation;
        return taken
                ? Finding.damage("block " + block + " is " + describe(other) + " and " + role.of(record), control)
                : null;
    }

    private static String describe(int claimant) {
        return Role.values()[(claimant - 1) >>> ROLE_SHIFT].of((claimant - 1) & RECORD_MASK);
    }

    boolean isClaimed(int block) {
        return claimants[block] != 0;
    }

    /** Notes the message of a member of a fan-out; false if there is another one. */
    boolean share(long fanOut, int member, int block) {
        int[] blocks = sharers.computeIfAbsent(fanOut, key -> new int[FanOuts.MEMBERS]);
        int other = blocks[member];
        blocks[member] = block + 1;
        return other == 0 || other == block + 1;
    }

    /** The bits of the members for whom a message of a fan-out was found. */
    long sharersOf(long fanOut) {
        int[] blocks = sharers.getOrDefault(fanOut, new int[FanOuts.MEMBERS]);
        long bits = 0;
        for (int i = 0; i < blocks.length; i++) {
            bits |= blocks[i] == 0 ? 0 : 1L << i;
        }
        return bits;
    }

    void forgetSharers(long fanOut) {
        sharers.remove(fanOut);
    }

    /** The fan-outs whose sharers were not forgotten. */
    List<Long> remainingFanOuts() {
        return new ArrayList<>(sharers.keySet());
    }
}

package dev.towpath.shm.store;

import dev.towpath.shm.memory.CorruptedRegion;
import dev.towpath.shm.memory.Words;
import dev.towpath.shm.structure.Blocks;
import dev.towpath.shm.structure.FanOuts;
import dev.towpath.shm.structure.Life;
import dev.towpath.shm.structure.Reference;
import dev.towpath.shm.structure.Taker;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Copies messages out of their blocks, and frees what they held beside those once they are delivered.
 *
 * <p>{@link #copy} may run on garbage, so it checks every index and length, remembers what looked wrong instead of
 * complaining, and frees nothing; {@link #finish} runs when the step has taken effect, and with that everything that
 * was read was right, or the region is corrupt.
 *
 * <p>Not thread-safe; reused.
 */
abstract class Delivery implements Taker {

    private static final byte UNEXPIRED = 0;
    private static final byte EXPIRED = 1;
    private static final byte BROKEN = 2;

    private final Words words;
    private final Blocks blocks;
    private final FanOuts fanOuts;
    private final Payloads payloads;
    private final byte[] outcomes;
    private final long[] lives;
    private final long[] messages;
    private final long[] contents;
    private final int[] members;

    Delivery(Structures structures, Payloads payloads, int capacity) {
        this.words = structures.words();
        this.blocks = structures.blocks();
        this.fanOuts = structures.fanOuts();
        this.payloads = payloads;
        this.outcomes = new byte[capacity];
        this.lives = new long[capacity];
        this.messages = new long[capacity];
        this.contents = new long[capacity];
        this.members = new int[capacity];
    }

    /** Private memory for the content of message {@code i}, or null if it is not wanted now. */
    abstract byte @Nullable [] reserve(int i, int length);

    /** The block's prefix, which is wanted of an expired message as well. */
    void expired(int i, int block, long life) {}

    /** Where in the reserved memory the content begins. */
    int offset() {
        return 0;
    }

    @Override
    public final boolean copy(int i, int block, long life, boolean expired) {
        lives[i] = life;
        outcomes[i] = expired ? EXPIRED : UNEXPIRED;
        if (Life.kind(life) != Life.INLINE) {
            messages[i] = Reference.of(Reference.tag(words.getVolatile(blocks.next(block))), block);
            contents[i] = words.get(blocks.payload(block));
            members[i] = (int) words.get(blocks.payload(block) + Payloads.SHARED_MEMBER_AT);
        }
        if (expired) {
            expired(i, block, life);
            return true;
        }
        if (Life.length(life) > blocks.totalBytes()) { // no memory for what cannot be
            return breakOff(i);
        }
        return switch (Life.kind(life)) {
            case Life.INLINE -> copyInline(i, block, Life.length(life));
            case Life.PARTS -> copyParts(i, 0, contents[i], Life.length(life), reserve(i, Life.length(life)));
            case Life.SHARED -> copyShared(i, block, Life.length(life));
            default -> breakOff(i);
        };
    }

    private boolean copyInline(int i, int block, int length) {
        if (length > Blocks.GRANULE_BYTES) {
            return breakOff(i);
        }
        byte[] target = reserve(i, length);
        if (target == null) {
            return false;
        }
        words.read(blocks.payload(block), target, offset(), length);
        return true;
    }

    private boolean copyShared(int i, int block, int length) {
        int prefixLength = (int) words.get(blocks.payload(block) + Payloads.SHARED_PREFIX_LENGTH_AT);
        if (prefixLength < 0
                || prefixLength > Blocks.GRANULE_BYTES - Payloads.SHARED_PREFIX_AT
                || !fanOuts.exists(contents[i])) {
            return breakOff(i);
        }
        byte[] target = reserve(i, prefixLength + length);
        if (target == null) {
            return false;
        }
        words.read(blocks.payload(block) + Payloads.SHARED_PREFIX_AT, target, offset(), prefixLength);
        return copyParts(i, prefixLength, fanOuts.parts(contents[i]), length, target);
    }

    private boolean copyParts(int i, int from, long first, int length, byte @Nullable [] target) {
        if (target == null) {
            return false;
        }
        int copied = 0;
        long part = first;
        while (copied < length) { // ends: each part has at least a granule
            int block = Reference.index(part);
            if (!blocks.exists(block)) {
                return breakOff(i);
            }
            int bytes = Math.min(blocks.bytes(block), length - copied);
            words.read(blocks.payload(block), target, offset() + from + copied, bytes);
            copied += bytes;
            part = words.getVolatile(blocks.next(block));
        }
        return true;
    }

    private boolean breakOff(int i) {
        outcomes[i] = BROKEN;
        return true;
    }

    /** Frees parts and clears bits of fan-outs after a step has taken effect; returns how many had expired. */
    final int finish(int count) {
        int expired = 0;
        for (int i = 0; i < count; i++) {
            if (outcomes[i] == BROKEN) {
                throw new CorruptedRegion("a message has the life word " + Long.toHexString(lives[i])
                        + " and the content " + Long.toHexString(contents[i]));
            }
            expired += outcomes[i] == EXPIRED ? 1 : 0;
            if (Life.kind(lives[i]) == Life.PARTS) {
                payloads.freeParts(contents[i], messages[i], Payloads.OF_MESSAGE);
            } else if (Life.kind(lives[i]) == Life.SHARED && fanOuts.exists(contents[i])) {
                long parts = fanOuts.consumed(contents[i], members[i] & (FanOuts.MEMBERS - 1));
                if (parts != Reference.NONE) {
                    payloads.freeParts(parts, contents[i], Payloads.OF_FAN_OUT);
                }
            }
        }
        return expired;
    }

    /** The deadline of message {@code i} of the step, in milliseconds since the region was made. */
    final long deadlineMillis(int i) {
        return Life.deadlineMillis(lives[i]);
    }

    /** Whether message {@code i} of the step is to be handed out. */
    final boolean isDelivered(int i) {
        return outcomes[i] == UNEXPIRED;
    }

    /** Reads the prefix of an expired message: the full name it was sent to. */
    final byte[] prefixOf(int block, long life) {
        return switch (Life.kind(life)) {
            case Life.INLINE -> prefixAt(blocks.payload(block));
            case Life.PARTS -> {
                int first = Reference.index(words.get(blocks.payload(block)));
                yield blocks.exists(first) ? prefixAt(blocks.payload(first)) : new byte[0];
            }
            default -> prefixAt(blocks.payload(block) + Payloads.SHARED_PREFIX_AT);
        };
    }

    private byte[] prefixAt(long at) {
        byte[] bytes = new byte[128];
        words.read(at, bytes, 0, bytes.length);
        int length = Math.min(bytes[0], bytes.length - 1);
        return length > 0 ? Arrays.copyOfRange(bytes, 1, 1 + length) : new byte[0];
    }
}

package dev.towpath.shm.store;

import dev.towpath.shm.memory.Words;
import dev.towpath.shm.structure.BlockArena;
import dev.towpath.shm.structure.Blocks;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.Life;
import dev.towpath.shm.structure.Reference;
import java.lang.foreign.MemorySegment;

/**
 * Writes what a message consists of into blocks, before it is linked.
 *
 * <p>A message is a block of one granule, so that a queue's dummy never withholds more. Its content is a prefix and a
 * payload. Up to 256 bytes stand in the block itself; more goes into parts, blocks of the size classes that fit best,
 * or of whatever sizes are free, chained by their {@code next} words; then the message's block names the first one.
 * In a shared message the block holds
 *
 * <table>
 * <caption>Content of the block of a shared message</caption>
 * <tr><th>bytes</th><th>content</th></tr>
 * <tr><td>0–7</td><td>reference to the fan-out</td></tr>
 * <tr><td>8–15</td><td>number of the member in the fan-out</td></tr>
 * <tr><td>16–23</td><td>length of the prefix</td></tr>
 * <tr><td>24–</td><td>prefix</td></tr>
 * </table>
 *
 * <p>A part names its parent, the message or fan-out, and the generation of it, so that it can be told when nobody
 * needs it any more. Crash windows: until a part is complete it is ALLOCATED by its writer; from PART on its parent
 * decides, which is ALLOCATED by the same writer until it is linked.
 */
final class Payloads {

    /** What a part's {@code channel} word says of its parent: a message. */
    static final long OF_MESSAGE = 0;

    /** What a part's {@code channel} word says of its parent: a fan-out. */
    static final long OF_FAN_OUT = 1;

    static final long SHARED_MEMBER_AT = 8;
    static final long SHARED_PREFIX_LENGTH_AT = 16;
    static final long SHARED_PREFIX_AT = 24;

    private final Words words;
    private final Blocks blocks;
    private final BlockArena arena;

    Payloads(Structures structures) {
        this.words = structures.words();
        this.blocks = structures.blocks();
        this.arena = structures.arena();
    }

    /** Allocates the block of a message; NONE if there was no memory. */
    long allocate() {
        return arena.allocateAtLeast(0);
    }

    /** Whether a message stands in its block itself. */
    static boolean isShort(long contentLength) {
        return contentLength <= Blocks.GRANULE_BYTES;
    }

    /** Writes a short message into its block. */
    void fill(long message, byte[] prefix, byte[] payload, long deadlineMillis) {
        words.write(payload, 0, fillPrefix(message, prefix, payload.length, deadlineMillis), payload.length);
    }

    /** Writes a short message into its block. */
    void fill(long message, byte[] prefix, MemorySegment payload, long deadlineMillis) {
        int length = (int) payload.byteSize();
        words.write(payload, 0, fillPrefix(message, prefix, length, deadlineMillis), length);
    }

    /** Writes everything of a short message but its payload; where that begins. */
    private long fillPrefix(long message, byte[] prefix, int payloadLength, long deadlineMillis) {
        int block = Reference.index(message);
        words.set(blocks.life(block), Life.of(deadlineMillis, Life.INLINE, prefix.length + payloadLength));
        if (prefix.length > 0) {
            words.write(prefix, 0, blocks.payload(block), prefix.length);
        }
        return blocks.payload(block) + prefix.length;
    }

    /** Writes a long message into parts that its block refers to; false if there was no memory for these. */
    boolean fillParts(long message, Content content, long deadlineMillis) {
        long first = writeParts(content, message, OF_MESSAGE);
        if (first == Reference.NONE) {
            return false;
        }
        int block = Reference.index(message);
        words.set(blocks.payload(block), first);
        words.set(blocks.life(block), Life.of(deadlineMillis, Life.PARTS, content.length()));
        return true;
    }

    /** Writes a message that refers to a fan-out; NONE if there was no memory. */
    long writeShared(Content content, long fanOut, int member, long deadlineMillis) {
        long message = allocate();
        if (message == Reference.NONE) {
            return Reference.NONE;
        }
        int block = Reference.index(message);
        long at = blocks.payload(block);
        words.set(at, fanOut);
        words.set(at + SHARED_MEMBER_AT, member);
        words.set(at + SHARED_PREFIX_LENGTH_AT, content.prefix().length);
        words.write(content.prefix(), 0, at + SHARED_PREFIX_AT, content.prefix().length);
        words.set(blocks.life(block), Life.of(deadlineMillis, Life.SHARED, content.payloadLength()));
        return message;
    }

    /**
     * Writes content into parts of a parent; the first one, or NONE if there was no memory. Then, or if there is an
     * error, nothing is kept.
     */
    long writeParts(Content content, long parent, long parentKind) {
        int length = content.length();
        long first = Reference.NONE;
        long part = Reference.NONE;
        int written = 0;
        try {
            while (written < length) {
                long previous = part;
                part = allocatePart(length - written);
                if (part == Reference.NONE) {
                    return Reference.NONE;
                }
                beginPart(part, parent, parentKind);
                if (previous == Reference.NONE) {
                    first = part;
                } else {
                    words.set(blocks.next(Reference.index(previous)), follow(previous, part));
                }
                int bytes = Math.min(blocks.bytes(Reference.index(part)), length - written);
                content.write(words, written, blocks.payload(Reference.index(part)), bytes);
                arena.becomePart(part);
                written += bytes;
            }
            return first;
        } finally {
            if (written < length) {
                freeParts(first, parent, parentKind);
                if (part != Reference.NONE) {
                    arena.free(part); // the last one may not be a part yet
                }
            }
        }
    }

    private static long follow(long previous, long part) {
        return Reference.of(Reference.tag(previous), Reference.index(part));
    }

    private void beginPart(long part, long parent, long parentKind) {
        int block = Reference.index(part);
        words.set(blocks.next(block), Reference.end(part));
        words.setRelease(blocks.sequence(block), parent); // behind its link, as ChannelQueue stamps a message
        words.set(blocks.channel(block), parentKind);
    }

    /** The block that fits best; if there is none, a larger one, then ever smaller ones. */
    private long allocatePart(long bytes) {
        int best = BlockArena.sizeClassFor(bytes);
        long part = arena.allocateAtLeast(best);
        for (int smaller = best - 1; part == Reference.NONE && smaller >= 0; smaller--) {
            part = arena.allocate(smaller);
        }
        return part;
    }

    /** Frees the block of a message that was not filled. */
    void release(long message) {
        arena.free(message);
    }

    /** Frees a message that was not linked. */
    void free(long message) {
        int block = Reference.index(message);
        if (Life.kind(words.get(blocks.life(block))) == Life.PARTS) {
            freeParts(words.get(blocks.payload(block)), message, OF_MESSAGE);
        }
        arena.free(message);
    }

    /**
     * Frees the chain of parts of a parent that has ended. Each part is freed only if it still names this parent, so a
     * sweep may do the same at the same time, and the first may be what an earlier life has left in a block. A message
     * and a fan-out can have the same reference, so the kind counts too.
     */
    void freeParts(long first, long parent, long parentKind) {
        long part = first;
        while (blocks.exists(Reference.index(part))) { // ends: each round frees a block
            int block = Reference.index(part);
            long control = words.getVolatile(blocks.control(block));
            long next = words.getVolatile(blocks.next(block));
            if (Control.state(control) != BlockArena.PART
                    || words.get(blocks.sequence(block)) != parent
                    || words.get(blocks.channel(block)) != parentKind
                    || !arena.free(block, control)) {
                return;
            }
            part = next;
        }
    }
}

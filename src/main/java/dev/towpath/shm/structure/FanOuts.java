package dev.towpath.shm.structure;

import dev.towpath.shm.memory.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Payloads that up to 64 messages share.
 *
 * <p>A fan-out record is INIT while its sender links messages to it, and LIVE from then on. Each message has a bit that
 * says "still needed"; consuming the message clears it. Clearing is idempotent, unlike counting down, so the sweep can
 * do it for the dead without knowing whether they had done it. Who clears the last bit of a LIVE fan-out frees it.
 *
 * <h2>Why two words of 32 bits</h2>
 *
 * A receiver may be stopped between its delivery and the clearing, while a sweep clears the bit for it and the record
 * goes on to another payload. Its compare-and-set must then fail, so the word carries the record's generation, and only
 * 32 bits are left. "All clear" is the conjunction of two words: within one generation bits are only cleared once the
 * fan-out is LIVE, so the one who clears last sees both words clear.
 *
 * <h2>Crash windows</h2>
 *
 * C1, INIT by the dead: the sweep makes it LIVE and clears the bits for which no message exists. C2, a receiver dies
 * before it clears its bit: likewise. C3, all bits clear but LIVE: the sweep frees it. The parts of a payload name the
 * fan-out as their parent and live as long as it.
 *
 * <p>The class is not final and its steps are methods, so that tests can leave one out and see that they notice.
 */
public class FanOuts {

    /** How many messages share a payload. */
    public static final int MEMBERS = 64;

    private static final int WORD_MEMBERS = 32;
    private static final long BITS = 0xFFFF_FFFFL;

    private final Words words;
    private final RecordTable records;

    /**
     * Gives a participant its view of the fan-outs.
     *
     * @param records the fan-out records
     */
    public FanOuts(RecordTable records) {
        this.words = records.words();
        this.records = records;
    }

    /**
     * Starts a fan-out: all 64 bits are set until {@link #seal}.
     *
     * @return a reference to it, or {@link Reference#NONE} if there is no free record
     */
    public long begin() {
        long fanOut = records.allocate(0);
        if (fanOut != Reference.NONE) {
            long at = at(fanOut);
            words.set(at + FanOutLayout.PARTS, Reference.NONE);
            words.setRelease(at + FanOutLayout.NEEDED_0, tag(fanOut) | BITS);
            words.setRelease(at + FanOutLayout.NEEDED_1, tag(fanOut) | BITS);
        }
        return fanOut;
    }

    /**
     * Says where the payload is, before any message refers to it.
     *
     * @param fanOut the fan-out
     * @param firstPart its first part
     */
    public void setParts(long fanOut, long firstPart) {
        words.setRelease(at(fanOut) + FanOutLayout.PARTS, firstPart);
    }

    /**
     * Reads where the payload is; validated by the receiver's compare-and-set.
     *
     * @param fanOut the fan-out
     * @return a reference to its first part
     */
    public long parts(long fanOut) {
        return words.getVolatile(at(fanOut) + FanOutLayout.PARTS);
    }

    /**
     * Ends the sending: from now on the last one that clears its bit frees the payload.
     *
     * @param fanOut the fan-out
     * @param unused the bits of members that have not got a message
     * @return the payload's first part if nobody needs it any more and this call ended the fan-out, else {@link
     *     Reference#NONE}
     */
    public long seal(long fanOut, long unused) {
        clear(at(fanOut) + FanOutLayout.NEEDED_0, fanOut, unused & BITS);
        clear(at(fanOut) + FanOutLayout.NEEDED_1, fanOut, unused >>> WORD_MEMBERS);
        records.move(fanOut, RecordTable.INIT, RecordTable.LIVE);
        return endIfUnneeded(fanOut);
    }

    /**
     * Clears a bit: its message has been consumed.
     *
     * @param fanOut the fan-out
     * @param member 0 to 63
     * @return the payload's first part if nobody needs it any more and this call ended the fan-out, else {@link
     *     Reference#NONE}
     */
    public long consumed(long fanOut, int member) {
        long word = member < WORD_MEMBERS ? FanOutLayout.NEEDED_0 : FanOutLayout.NEEDED_1;
        clear(at(fanOut) + word, fanOut, 1L << member % WORD_MEMBERS);
        return endIfUnneeded(fanOut);
    }

    /**
     * Checks a reference that was read from a message.
     *
     * @param fanOut the reference
     * @return whether there is such a record
     */
    public boolean exists(long fanOut) {
        return Reference.index(fanOut) < records.count();
    }

    /** Clears bits under the generation of a fan-out; another generation stays as it is. */
    void clear(long at, long fanOut, long bits) {
        while (true) { // lock-free: another member's bit was cleared
            long needed = words.getVolatile(at);
            if (isOf(needed, fanOut) && (needed & bits) != 0) {
                if (words.compareAndSet(at, needed, needed & ~bits)) {
                    return;
                }
            } else {
                return;
            }
        }
    }

    private long endIfUnneeded(long fanOut) {
        return isUnneeded(fanOut) ? end(fanOut) : Reference.NONE;
    }

    /** Whether nobody needs the payload, and nobody will come to need it. */
    boolean isUnneeded(long fanOut) {
        return needed(fanOut) == 0 && records.isLive(fanOut);
    }

    /** Frees the record, if nobody else does; then its payload is the caller's to free. */
    long end(long fanOut) {
        long parts = parts(fanOut);
        if (!records.move(fanOut, RecordTable.LIVE, RecordTable.DEAD)) {
            return Reference.NONE;
        }
        records.free(fanOut);
        return parts;
    }

    /**
     * Gives the records.
     *
     * @return the fan-out records
     */
    public RecordTable records() {
        return records;
    }

    /**
     * Reads who still needs a payload.
     *
     * @param fanOut the fan-out
     * @return the bits that are still set, if the record is of this generation
     */
    public long needed(long fanOut) {
        long needed0 = words.getVolatile(at(fanOut) + FanOutLayout.NEEDED_0);
        long needed1 = words.getVolatile(at(fanOut) + FanOutLayout.NEEDED_1);
        return (isOf(needed0, fanOut) ? needed0 & BITS : 0) | (isOf(needed1, fanOut) ? needed1 << WORD_MEMBERS : 0);
    }

    /**
     * Frees the records that a dead participant has ended, and lists those to which no message can come any more.
     *
     * @param dead its owner number
     * @param unsealed gets the fan-outs that are INIT by the living, of which nothing can be said yet
     * @return the fan-outs that are LIVE, or INIT by the dead
     */
    public List<Long> recover(int dead, LongConsumer unsealed) {
        List<Long> found = new ArrayList<>();
        for (int index = 0; index < records.count(); index++) {
            long control = records.control(index);
            boolean left = RecordTable.isLeftBy(dead, control);
            if (left && Control.state(control) == RecordTable.DEAD) {
                long seized = records.seize(index, control);
                if (seized != Reference.NONE) {
                    records.free(seized);
                }
            } else if (left || Control.state(control) == RecordTable.LIVE) {
                found.add(Reference.to(control, index));
            } else if (Control.state(control) == RecordTable.INIT) {
                unsealed.accept(Reference.to(control, index));
            }
        }
        return found;
    }

    /**
     * Clears the bits of all members for whom no message was found.
     *
     * @param fanOut a fan-out that {@link #recover} has listed
     * @param present the bits of members for whom there is a message
     * @return as {@link #seal}
     */
    public long retain(long fanOut, long present) {
        return seal(fanOut, ~present);
    }

    /**
     * Tells whether a payload still belongs to a fan-out.
     *
     * @param fanOut the fan-out that it names as its parent
     * @return whether that is INIT or LIVE
     */
    public boolean isInUse(long fanOut) {
        if (!exists(fanOut)) {
            return false;
        }
        long control = records.control(Reference.index(fanOut));
        int state = Control.state(control);
        return Reference.names(fanOut, control) && (state == RecordTable.INIT || state == RecordTable.LIVE);
    }

    private long at(long fanOut) {
        return records.at(records.check(Reference.index(fanOut)));
    }

    private static long tag(long fanOut) {
        return Reference.tag(fanOut) << WORD_MEMBERS;
    }

    /** Whether bits belong to a fan-out, and not to another one that has had its record. */
    boolean isOf(long needed, long fanOut) {
        return needed >>> WORD_MEMBERS == (Reference.tag(fanOut) & BITS);
    }
}

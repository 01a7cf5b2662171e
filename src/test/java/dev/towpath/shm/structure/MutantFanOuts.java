package dev.towpath.shm.structure;

import dev.towpath.shm.memory.Words;

/** Fan-outs that lack one step of the algorithm, each of which a test must notice. */
public class MutantFanOuts extends FanOuts {

    final Words words;
    final RecordTable records;

    MutantFanOuts(RecordTable records) {
        super(records);
        this.words = records.words();
        this.records = records;
    }

    /** Clears bits of whatever payload the record is used for by now. */
    public static FanOuts withoutGenerations(RecordTable records) {
        return new MutantFanOuts(records) {
            @Override
            boolean isOf(long needed, long fanOut) {
                return true;
            }
        };
    }

    /** Ends a payload when the first half of the members have consumed it. */
    public static FanOuts withHalfALook(RecordTable records) {
        return new MutantFanOuts(records) {
            @Override
            boolean isUnneeded(long fanOut) {
                return (int) needed(fanOut) == 0 && records.isLive(fanOut);
            }
        };
    }

    /** Does not wait until all messages are sent. */
    public static FanOuts withEarlyLife(RecordTable records) {
        return new MutantFanOuts(records) {
            @Override
            public long begin() {
                long fanOut = super.begin();
                if (fanOut != Reference.NONE) {
                    records.move(fanOut, RecordTable.INIT, RecordTable.LIVE);
                }
                return fanOut;
            }
        };
    }

    /** Clears bits without looking whether others do. */
    public static FanOuts withBlindClearing(RecordTable records) {
        return new MutantFanOuts(records) {
            @Override
            void clear(long at, long fanOut, long bits) {
                long needed = words.getVolatile(at);
                if (isOf(needed, fanOut)) {
                    words.setRelease(at, needed & ~bits);
                }
            }
        };
    }

    /** Reads where the payload is after the record has got free. */
    public static FanOuts withLateLookAtParts(RecordTable records) {
        return new MutantFanOuts(records) {
            @Override
            long end(long fanOut) {
                return super.end(fanOut) == Reference.NONE ? Reference.NONE : parts(fanOut);
            }
        };
    }

    /** Goes on needing the payload for members who have not got a message. */
    public static FanOuts withUnsentMessages(RecordTable records) {
        return new MutantFanOuts(records) {
            @Override
            public long seal(long fanOut, long unused) {
                return super.seal(fanOut, 0);
            }
        };
    }
}

package dev.towpath.shm.structure;

import dev.towpath.shm.memory.Words;

/**
 * Finds records by key: open addressing without tombstones, two buckets of eight slots for each key.
 *
 * <p>A new record goes into the emptier of its two buckets: with half of all slots in use, both are full next to never
 * (Y. Azar et al., "Balanced Allocations", STOC 1994). A look-up reads the two cache lines, and the records whose
 * fingerprint fits. A deletion empties one slot. Nothing is ever moved, so there is nothing to be caught half-moved.
 *
 * <h2>Creation</h2>
 *
 * A creator fills a record in state INIT, publishes it in an empty slot of its key, and then looks through all sixteen
 * slots: that scan, after publication, is what makes two creators of one key notice each other. Positions settle the
 * matter: a LIVE record of the key beats every INIT, and among INITs the lowest position wins; losers become DEAD. Then
 * the winner's record goes INIT → LIVE. Everybody who meets an INIT of his key does the same on its behalf, so a
 * creator that is stopped or dead between publication and LIVE holds nobody up.
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>X1: at most one record of a key is LIVE.
 *   <li>X2: a LIVE record stands in exactly one slot of its key.
 *   <li>X3: a slot whose record is DEAD, FREE or of another generation means nothing, and anybody may empty it.
 * </ul>
 *
 * X1 because INIT → LIVE happens only after a scan that began when the record was published and found no LIVE one and
 * no lower INIT: of two such records, the one published later scans after the earlier one was published and either sees
 * it, or sees it DEAD. A candidate is therefore scanned for completely even by helpers (pass two starts at the first
 * position again), and an INIT that has been aborted cannot be made LIVE because its owner word has changed.
 *
 * <h2>Linearization points</h2>
 *
 * LP1, creation: INIT → LIVE. LP2, found: the read of the owner word that says LIVE. LP3, absent: the read of the first
 * slot of a scan that saw neither LIVE nor INIT; a record that became LIVE after it is concurrent.
 *
 * <h2>Crash windows</h2>
 *
 * C1, before publication: an INIT in no slot; the sweep ends it. C2, between publication and LIVE: helpers or the sweep
 * resolve it. C3, DEAD and still in its slot: X3. The index itself owns nothing.
 *
 * <p>Every loop either returns, or saw that another participant changed a slot or an owner word of this key.
 *
 * <p>Not final, so that tests can leave out a step and see that they notice.
 */
class Index {

    /** The result of {@link #insert} when both buckets are full. */
    static final long OVERFLOW = -2;

    private static final int POSITIONS = 2 * SlotLayout.SLOTS;

    private final Words words;
    private final RecordTable records;
    private final long base;
    private final long buckets;

    Index(RecordTable records, long base, long buckets) {
        this.words = records.words();
        this.records = records;
        this.base = base;
        this.buckets = buckets;
    }

    /** Two slots for each record. */
    static long bucketsFor(int records) {
        return Math.max(2, (2L * records + SlotLayout.SLOTS - 1) / SlotLayout.SLOTS);
    }

    /** Finds the LIVE record of a key; helps a creation that it meets. */
    long find(Key key) {
        return resolve(key, Reference.NONE);
    }

    /**
     * Makes a record, which the caller owns in state INIT and has filled, the LIVE one of its key.
     *
     * @return the LIVE record of the key: the caller's own; or another one, or {@link Reference#NONE} if that other one
     *     has gone already, and then the caller's is INIT (never published) or DEAD (it lost) and its to dismantle; or
     *     {@link #OVERFLOW}, and the caller's is still INIT
     */
    long insert(Key key, long record) {
        return resolve(key, record);
    }

    /** Empties the slot of a record that is not LIVE any more. */
    void remove(Key key, long record) {
        long hash = key.hash();
        long slot = SlotLayout.of(record, hash);
        for (int position = 0; position < POSITIONS; position++) {
            long at = slotAt(hash, position);
            if (words.getVolatile(at) == slot) {
                words.compareAndSet(at, slot, SlotLayout.EMPTY);
            }
        }
    }

    /** Counts the slots of its key that name a record: one if it is LIVE. */
    int slotsOf(Key key, long record) {
        long hash = key.hash();
        int count = 0;
        for (int position = 0; position < POSITIONS; position++) {
            count += words.getVolatile(slotAt(hash, position)) == SlotLayout.of(record, hash) ? 1 : 0;
        }
        return count;
    }

    private long resolve(Key key, long mine) {
        long hash = key.hash();
        while (true) {
            Scan scan = scan(key, hash);
            if (scan.live != Reference.NONE) {
                return scan.live;
            }
            int empty = scan.emptyPosition();
            if (scan.candidate != Reference.NONE) {
                decide(key, hash, scan.candidate, scan.candidatePosition);
            } else if (mine == Reference.NONE) {
                return Reference.NONE;
            } else if (empty < 0) {
                return OVERFLOW;
            } else if (words.compareAndSet(slotAt(hash, empty), SlotLayout.EMPTY, SlotLayout.of(mine, hash))) {
                decide(key, hash, mine, empty);
                if (records.isLive(mine)) {
                    return mine;
                }
                remove(key, mine); // who ended it may have died before it emptied the slot
                return resolve(key, Reference.NONE);
            }
        }
    }

    /** What one look through the slots of a key found. */
    private static final class Scan {
        private long live = Reference.NONE;
        private long candidate = Reference.NONE;
        private int candidatePosition = -1;
        private final int[] emptyCounts = new int[2];
        private final int[] emptyPositions = {-1, -1};

        private void noteEmpty(int position) {
            int bucket = position / SlotLayout.SLOTS;
            if (emptyCounts[bucket]++ == 0) {
                emptyPositions[bucket] = position;
            }
        }

        /** An empty position in the emptier bucket, which keeps the buckets evenly filled; -1 if there is none. */
        private int emptyPosition() {
            return emptyPositions[emptyCounts[1] > emptyCounts[0] ? 1 : 0];
        }
    }

    private Scan scan(Key key, long hash) {
        Scan scan = new Scan();
        for (int position = 0; position < POSITIONS && scan.live == Reference.NONE; position++) {
            long at = slotAt(hash, position);
            long slot = words.getVolatile(at);
            if (slot != SlotLayout.EMPTY && !SlotLayout.hasFingerprintOf(slot, hash)) {
                continue;
            }
            long control = slot == SlotLayout.EMPTY ? 0 : controlOf(slot);
            if (slot == SlotLayout.EMPTY || !names(slot, control)) {
                if (slot != SlotLayout.EMPTY) {
                    words.compareAndSet(at, slot, SlotLayout.EMPTY);
                }
                scan.noteEmpty(position);
            } else if (matches(key, slot, control)) {
                long record = Reference.to(control, SlotLayout.record(slot));
                if (Control.state(control) == RecordTable.LIVE) {
                    scan.live = record;
                } else if (scan.candidate == Reference.NONE) {
                    scan.candidate = record;
                    scan.candidatePosition = position;
                }
            }
        }
        return scan;
    }

    private long controlOf(long slot) {
        return records.control(records.check(SlotLayout.record(slot)));
    }

    /** Whether a slot stands for a record that is INIT or LIVE (otherwise X3). */
    private static boolean names(long slot, long control) {
        int state = Control.state(control);
        return SlotLayout.names(slot, control) && (state == RecordTable.INIT || state == RecordTable.LIVE);
    }

    private boolean matches(Key key, long slot, long control) {
        int record = SlotLayout.record(slot);
        return key.matches(record) && records.control(record) == control;
    }

    /** Looks through all slots for whatever beats a candidate, or is beaten by it, then makes it LIVE. */
    void decide(Key key, long hash, long candidate, int candidatePosition) {
        int position = 0;
        while (position < POSITIONS) {
            long slot = words.getVolatile(slotAt(hash, position));
            if (slot == SlotLayout.EMPTY || !SlotLayout.hasFingerprintOf(slot, hash)) {
                position++;
                continue;
            }
            long control = controlOf(slot);
            long record = Reference.to(control, SlotLayout.record(slot));
            if (record == candidate || !names(slot, control) || !key.matches(SlotLayout.record(slot))) {
                position++;
            } else if (Control.state(control) == RecordTable.LIVE || position < candidatePosition) {
                abort(hash, candidate, candidatePosition);
                return;
            } else {
                abort(hash, record, position); // and look at this position again
            }
        }
        records.move(candidate, RecordTable.INIT, RecordTable.LIVE); // LP1
    }

    /** Ends a record that has lost, and empties its slot. */
    private void abort(long hash, long record, int position) {
        if (end(record)) {
            words.compareAndSet(slotAt(hash, position), SlotLayout.of(record, hash), SlotLayout.EMPTY);
        }
    }

    /**
     * INIT → DEAD, still its owner's to dismantle.
     *
     * @return whether the record is over; if it has become LIVE meanwhile it keeps its slot
     */
    boolean end(long record) {
        int index = Reference.index(record);
        long control = records.control(index);
        if (!Reference.names(record, control) || Control.state(control) == RecordTable.DEAD) {
            return true;
        }
        long dead = Control.withState(control, Control.owner(control), RecordTable.DEAD);
        return Control.state(control) == RecordTable.INIT && words.compareAndSet(records.at(index), control, dead);
    }

    /** The sixteen positions of a hash: eight in one bucket, eight in another one. */
    private long slotAt(long hash, int position) {
        long first = Math.unsignedMultiplyHigh(hash, buckets);
        long bucket = first;
        if (position >= SlotLayout.SLOTS) {
            long step = 1 + Math.unsignedMultiplyHigh(Name.mix(hash), buckets - 1);
            bucket = first + step < buckets ? first + step : first + step - buckets;
        }
        return base + bucket * SlotLayout.BUCKET_BYTES + (position & (SlotLayout.SLOTS - 1)) * (long) Long.BYTES;
    }
}

package dev.towpath.shm.structure;

import dev.towpath.shm.memory.Event;
import dev.towpath.shm.memory.HeapWords;
import dev.towpath.shm.memory.Linearizability;
import dev.towpath.shm.memory.Scenario;
import dev.towpath.shm.memory.Scheduler;
import dev.towpath.shm.memory.SteppedWords;
import dev.towpath.shm.memory.Trial;
import dev.towpath.shm.memory.Words;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Threads that create, find and delete records by key, in an index of two buckets. */
final class IndexTrial extends Trial<IndexTrial.Operation> {

    /** What a thread can do with a key. */
    record Operation(Kind kind, int key) {
        @Override
        public String toString() {
            return kind + " " + key;
        }
    }

    /** Create gives the record, find the record or NONE; delete whether it ended the record that it found. */
    enum Kind {
        CREATE,
        FIND,
        DELETE
    }

    /** Makes the index; a mutant makes a wrong one. */
    @FunctionalInterface
    interface IndexMaker {
        Index make(RecordTable records, long base, long buckets);
    }

    private static final int RECORDS = 8;
    private static final long RECORD_BYTES = 16;
    private static final long INDEX_AT = RECORDS * RECORD_BYTES;

    private final HeapWords words = new HeapWords(INDEX_AT + StructureLayouts.indexBytes(RECORDS));
    private final IndexMaker indexes;
    private final int threads;

    private IndexTrial(int threads, IndexMaker indexes) {
        this.threads = threads;
        this.indexes = indexes;
    }

    /** Runs a scenario; what went wrong, or an empty text. */
    static String run(Scenario<Operation> scenario, IndexMaker indexes) {
        return run(() -> new IndexTrial(scenario.programs().size(), indexes), scenario);
    }

    private static RecordTable records(Words words, int owner) {
        return new RecordTable(words, 0, RECORD_BYTES, RECORDS, owner);
    }

    @Override
    protected String label(long offset) {
        return offset < INDEX_AT
                ? (offset % RECORD_BYTES == 0 ? "control of record " : "key of record ") + offset / RECORD_BYTES
                : "slot " + (offset - INDEX_AT) / Long.BYTES;
    }

    @Override
    public Scheduler.Actor<Operation> actor(int thread, SteppedWords.Hook hook, IntPredicate isDead) {
        RecordTable records = records(new SteppedWords(words, hook), thread + 1);
        return new User(records, indexes.make(records, INDEX_AT, 2));
    }

    /** One thread's view. */
    private static final class User implements Scheduler.Actor<Operation> {
        private final RecordTable records;
        private final Index index;

        User(RecordTable records, Index index) {
            this.records = records;
            this.index = index;
        }

        private Key key(int number) {
            return new Key() {
                @Override
                public long hash() {
                    return (Name.mix(1) & -Long.SIZE) | number; // the same slots, another fingerprint
                }

                @Override
                public boolean matches(int record) {
                    return records.words().get(records.at(record) + Long.BYTES) == number;
                }
            };
        }

        @Override
        public Object perform(Operation operation) {
            Key key = key(operation.key);
            return switch (operation.kind) {
                case CREATE -> create(key, operation.key);
                case FIND -> index.find(key);
                case DELETE -> delete(key);
            };
        }

        /** One attempt: "gone" if the record that lived, perhaps this very one, has ended already. */
        private Object create(Key key, int number) {
            long found = index.find(key);
            if (found != Reference.NONE) {
                return found;
            }
            long mine = records.allocate(0);
            if (mine == Reference.NONE) {
                return Index.OVERFLOW;
            }
            records.words().set(records.at(Reference.index(mine)) + Long.BYTES, number);
            found = index.insert(key, mine);
            if (found != mine) {
                records.move(mine, RecordTable.INIT, RecordTable.DEAD);
                records.free(mine);
            }
            return found == Reference.NONE ? "gone" : found;
        }

        private Object delete(Key key) {
            long found = index.find(key);
            if (found == Reference.NONE) {
                return Reference.NONE;
            }
            boolean ended = records.move(found, RecordTable.LIVE, RecordTable.DEAD);
            if (ended) {
                end(key, found);
            }
            return ended ? found : "no";
        }

        private void end(Key key, long dead) {
            index.remove(key, dead);
            records.free(dead);
        }

        void recover(int dead) {
            for (int record = 0; record < RECORDS; record++) {
                long control = records.control(record);
                if (RecordTable.isLeftBy(dead, control)) {
                    long seized = records.seize(record, control);
                    end(key((int) records.words().get(records.at(record) + Long.BYTES)), seized);
                }
            }
        }
    }

    @Override
    protected String judge(Scheduler.Outcome<Operation> outcome, List<Event<Operation>> events) {
        RecordTable records = records(words, 100);
        User last = new User(records, new Index(records, INDEX_AT, 2));
        for (int thread = 0; thread < threads; thread++) {
            if (outcome.dead().get(thread)) {
                last.recover(thread + 1);
            }
        }
        List<String> wrong = new ArrayList<>();
        for (int record = 0; record < RECORDS; record++) {
            long control = records.control(record);
            if (Control.state(control) == RecordTable.LIVE) {
                Key key = last.key((int) words.get(records.at(record) + Long.BYTES));
                int slots = last.index.slotsOf(key, Reference.to(control, record));
                if (slots != 1) {
                    wrong.add("record " + record + " is LIVE and in " + slots + " slots");
                }
            } else if (Control.state(control) != RecordTable.FREE) {
                wrong.add("record " + record + " is in state " + Control.state(control));
            }
        }
        String stale = staleSlot(records);
        if (stale != null) {
            wrong.add(stale);
        }
        if (!wrong.isEmpty()) {
            return wrong.toString();
        }
        for (int key = 0; key < 2; key++) {
            Operation find = new Operation(Kind.FIND, key);
            add(events, threads, find, last.perform(find));
        }
        if (!Linearizability.holds(events, State.NOTHING, State::after)) {
            return "not linearizable";
        }
        return "";
    }

    private @Nullable String staleSlot(RecordTable records) {
        for (long slot = INDEX_AT; slot < INDEX_AT + 2 * SlotLayout.BUCKET_BYTES; slot += Long.BYTES) {
            long named = words.get(slot);
            if (named != SlotLayout.EMPTY) {
                long control = records.control(SlotLayout.record(named));
                if (Control.state(control) != RecordTable.LIVE || !SlotLayout.names(named, control)) {
                    return "a slot names record " + SlotLayout.record(named) + ", which is over";
                }
            }
        }
        return null;
    }

    /**
     * The model: the LIVE record of each key, and all that have ended. A creator may make a record, see it deleted by
     * another thread and make a second one, or die; so any operation may be the first that knows a record.
     */
    private record State(Map<Integer, Long> live, Set<Long> ended) {

        static final State NOTHING = new State(Map.of(), Set.of());

        private static List<State> after(State state, Operation operation, @Nullable Object result) {
            @Nullable Long live = state.live.get(operation.key);
            boolean deletes = operation.kind == Kind.DELETE;
            if (result == null) {
                return deletes && live != null ? List.of(state.without(operation.key, live)) : List.of(state);
            }
            if (result instanceof String) {
                return List.of(state);
            }
            long record = (long) result;
            if (record == Reference.NONE) {
                return live == null ? List.of(state) : List.of();
            }
            if (record < 0 || live != null && live != record || state.ended.contains(record)) {
                return List.of();
            }
            return List.of(deletes ? state.without(operation.key, record) : state.with(operation.key, record));
        }

        private State with(int key, long record) {
            Map<Integer, Long> with = new HashMap<>(live);
            with.put(key, record);
            return new State(with, ended);
        }

        private State without(int key, long record) {
            Map<Integer, Long> without = new HashMap<>(live);
            without.remove(key);
            Set<Long> more = new HashSet<>(ended);
            more.add(record);
            return new State(without, more);
        }
    }
}

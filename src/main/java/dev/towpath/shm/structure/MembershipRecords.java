package dev.towpath.shm.structure;

import dev.towpath.shm.memory.Words;

/** Says where the words of groups and memberships are, and finds their records by key. */
final class MembershipRecords {

    static final int GROUP = 1;
    static final int MEMBER = 2;

    private final Words words;
    private final RecordTable records;
    private final Index index;
    private final long seed;

    MembershipRecords(RecordTable records, long indexBase, long seed) {
        this.words = records.words();
        this.records = records;
        this.index = new Index(records, indexBase, Index.bucketsFor(records.count()));
        this.seed = seed;
    }

    /** The key of a group is its name; that of a membership is group and name. */
    final class NameKey implements Key {
        private final int kind;
        private final int group;
        private final Name name;
        private final long hash;

        NameKey(int kind, int group, Name name) {
            this.kind = kind;
            this.group = group;
            this.name = name;
            this.hash = name.hash(Name.mix(seed + kind) + group);
        }

        Name name() {
            return name;
        }

        @Override
        public long hash() {
            return hash;
        }

        @Override
        public boolean matches(int record) {
            return Control.kind(records.control(record)) == kind
                    && (kind == GROUP || MembershipLayout.group(words.getVolatile(lifeAt(record))) == group)
                    && name.equalsAt(words, nameAt(record));
        }
    }

    long linkAt(int record) {
        return records.at(record) + MembershipLayout.LINK;
    }

    long lifeAt(int record) {
        return records.at(record) + MembershipLayout.LIFE;
    }

    long nameAt(int record) {
        return records.at(record) + MembershipLayout.NAME;
    }

    NameKey keyOf(int record) {
        return new NameKey(
                Control.kind(records.control(record)),
                Control.kind(records.control(record)) == GROUP
                        ? 0
                        : MembershipLayout.group(words.getVolatile(lifeAt(record))),
                Name.read(words, nameAt(record)));
    }

    NameKey groupKey(Name name) {
        return new NameKey(GROUP, 0, name);
    }

    NameKey memberKey(long group, Name name) {
        return new NameKey(MEMBER, Reference.index(group), name);
    }

    RecordTable table() {
        return records;
    }

    /** Finds the LIVE record of a key, or NONE. */
    long find(NameKey key) {
        return index.find(key);
    }

    /** Makes a record that the caller owns the LIVE one of its key; see {@link Index#insert}. */
    long insert(NameKey key, long mine) {
        return index.insert(key, mine);
    }

    /** Counts how often a record stands in the index. */
    int slotsOf(long record) {
        return index.slotsOf(keyOf(Reference.index(record)), record);
    }

    /** Ends a record that the caller owns in state INIT and that is in no list. */
    void abandon(long mine) {
        records.move(mine, RecordTable.INIT, RecordTable.DEAD);
        free(mine);
    }

    /** Takes a DEAD record that is in no list out of the index, and frees it. */
    void bury(long dead) {
        index.remove(keyOf(Reference.index(dead)), dead);
        free(dead);
    }

    /**
     * Frees a DEAD record, into a generation that its link has not reached (M5). Nobody changes the link of a record
     * that is in no list.
     *
     * <p>Who dies before has changed nothing, and the sweep frees the record in the same way. Who stops before finds
     * the owner word changed.
     */
    private void free(long dead) {
        int record = Reference.index(dead);
        long link = words.getVolatile(linkAt(record));
        records.free(dead, MembershipLayout.generationsAhead(link, records.control(record)));
    }
}

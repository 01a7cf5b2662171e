package dev.towpath.shm.structure;

import java.util.function.Function;

/** Groups that lack one step of the algorithm, each of which a test must notice. */
public class MutantMemberships extends MembershipTable {

    final RecordTable records;
    final MembershipRecords places;
    final MembershipList lists;

    private MutantMemberships(MembershipRecords places, MembershipList lists) {
        super(places, any -> lists);
        this.places = places;
        this.records = places.table();
        this.lists = lists;
    }

    private static MutantMemberships of(
            RecordTable records, long indexBase, long seed, Function<MembershipRecords, MembershipList> lists) {
        MembershipRecords places = new MembershipRecords(records, indexBase, seed);
        return new MutantMemberships(places, lists.apply(places));
    }

    /** Believes what it has read of a record to which the link leads no more. */
    public static MembershipTable withoutSecondLook(RecordTable records, long indexBase, long seed) {
        return of(records, indexBase, seed, places -> new MembershipList(places) {
            @Override
            boolean isUnchanged(long link, long again) {
                return true;
            }
        });
    }

    /** Walks on from where it stands, though that has been unlinked. */
    public static MembershipTable withoutPlace(RecordTable records, long indexBase, long seed) {
        return of(records, indexBase, seed, places -> new MembershipList(places) {
            @Override
            boolean isLinked(long group, int place, long link, long again) {
                return true;
            }
        });
    }

    /** Unlinks a membership whose own link can still change. */
    public static MembershipTable withoutFreezing(RecordTable records, long indexBase, long seed) {
        return of(records, indexBase, seed, places -> new MembershipList(places) {
            @Override
            boolean freeze(int record, long link) {
                return true;
            }
        });
    }

    /** Does not count the changes of a group's first link. */
    public static MembershipTable withoutCounting(RecordTable records, long indexBase, long seed) {
        return of(records, indexBase, seed, places -> new MembershipList(places) {
            @Override
            long changed(long first, int index) {
                return Reference.of(Reference.tag(first), index);
            }
        });
    }

    /** Deletes a group without closing its list. */
    public static MembershipTable withOpenDoor(RecordTable records, long indexBase, long seed) {
        return of(records, indexBase, seed, places -> new MembershipList(places) {
            @Override
            void deleteIfEmpty(long group) {
                long first = records.words().getVolatile(places.linkAt(Reference.index(group)));
                if (Reference.index(first) == Reference.NULL
                        && records.move(group, RecordTable.LIVE, RecordTable.DEAD)) {
                    places.bury(group);
                }
            }
        });
    }

    /** Lets a membership count before it is linked. */
    public static MembershipTable withLateLink(RecordTable records, long indexBase, long seed) {
        MembershipRecords places = new MembershipRecords(records, indexBase, seed);
        return new MutantMemberships(places, new MembershipList(places)) {
            @Override
            long publish(long group, MembershipRecords.NameKey key, long mine) {
                long found = places.insert(key, mine);
                if (found != mine) {
                    places.abandon(mine);
                } else if (!lists.push(group, mine)) {
                    records.move(mine, RecordTable.LIVE, RecordTable.DEAD);
                    places.bury(mine);
                    return Reference.NONE;
                }
                return found;
            }
        };
    }

    /** Takes a membership that is found by the record of a group for one of this group, whose record it was. */
    public static MembershipTable withoutLookAtTheGroup(RecordTable records, long indexBase, long seed) {
        MembershipRecords places = new MembershipRecords(records, indexBase, seed);
        return new MutantMemberships(places, new MembershipList(places)) {
            @Override
            boolean isStill(long group) {
                return true;
            }
        };
    }
}

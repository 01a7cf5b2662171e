package dev.towpath.shm.structure;

import dev.towpath.shm.memory.CorruptedRegion;
import dev.towpath.shm.memory.Words;
import java.util.function.IntPredicate;

/**
 * Links the memberships of a group, walks along them, and unlinks those that are over.
 *
 * <p>The class is not final and its steps are methods, so that tests can leave one out and see that they notice.
 */
class MembershipList {

    /** How often the link in front of a walk may change before the region is held to be corrupt. */
    private static final int MAX_STOPS = 1 << 22;

    private final Words words;
    private final RecordTable records;
    private final MembershipRecords places;

    MembershipList(MembershipRecords places) {
        this.words = places.table().words();
        this.records = places.table();
        this.places = places;
    }

    /** Puts an INIT membership at the front; false if the group has been deleted. */
    boolean push(long group, long mine) {
        int record = Reference.index(mine);
        long firstAt = places.linkAt(Reference.index(group));
        while (true) { // lock-free: another one was pushed or unlinked
            long first = words.getVolatile(firstAt);
            if (!records.isLive(group) || Reference.index(first) == Reference.CLOSED) {
                finishDeletion(group);
                return false;
            }
            words.setRelease(
                    places.linkAt(record), MembershipLayout.link(Reference.tag(mine), false, Reference.index(first)));
            if (words.compareAndSet(firstAt, first, changed(first, record))) {
                return true;
            }
        }
    }

    /** The first link of a group after a change, which it counts: the same record may come back. */
    long changed(long first, int index) {
        return Reference.next(first, index);
    }

    /** Collects the LIVE memberships of a group, and unlinks those that are over. */
    void collect(long group, long nowMillis, Members members) {
        while (!walk(group, nowMillis, members)) {
            members.clear(); // lock-free: somebody unlinked the membership on which the walk stood
        }
    }

    /** One walk; false if it lost its place. */
    private boolean walk(long group, long nowMillis, Members members) {
        members.clear();
        int groupRecord = Reference.index(group);
        int place = groupRecord;
        long link = words.getVolatile(places.linkAt(place));
        if (!records.isLive(group)) {
            return true;
        }
        int steps = 0;
        int stops = 0;
        while (Reference.index(link) != Reference.NULL) {
            if (Reference.index(link) == Reference.CLOSED) {
                finishDeletion(group);
                return true;
            }
            if (steps > records.count() || stops > MAX_STOPS) {
                throw new CorruptedRegion("the list of group record " + groupRecord + " does not end");
            }
            int record = records.check(Reference.index(link));
            long control = records.control(record);
            long next = words.getVolatile(places.linkAt(record));
            int ofGroup = MembershipLayout.group(words.getVolatile(places.lifeAt(record)));
            long again = words.getVolatile(places.linkAt(place));
            if (isUnchanged(link, again)) {
                checkLinked(record, control, next);
                checkGroup(record, ofGroup, groupRecord);
                if (isOver(record, control, nowMillis)) {
                    unlink(place, place == groupRecord, link, record);
                } else if (!MembershipLayout.isMarked(next)) {
                    if (Control.state(control) == RecordTable.LIVE) {
                        members.add(Reference.to(control, record));
                    }
                    place = record;
                    link = next;
                    steps++;
                    stops = 0;
                    continue;
                }
                again = words.getVolatile(places.linkAt(place));
            }
            if (!isLinked(group, place, link, again)) {
                return false;
            }
            link = again;
            stops++;
        }
        return true;
    }

    /** Whether what was read of the record behind a link was read while the link led there. */
    boolean isUnchanged(long link, long again) {
        return again == link;
    }

    /** Whether the place of a walk is in the list, if its link is another one now: the group, or a record (M2). */
    boolean isLinked(long group, int place, long link, long again) {
        return place == Reference.index(group)
                ? records.isLive(group)
                : Reference.tag(again) == Reference.tag(link) && !MembershipLayout.isMarked(again);
    }

    private static void checkLinked(int record, long control, long link) {
        if (Control.kind(control) != MembershipRecords.MEMBER || !MembershipLayout.names(link, control)) {
            throw new CorruptedRegion("record " + record + " stands in a group and is no membership");
        }
    }

    private static void checkGroup(int record, int ofGroup, int group) {
        if (ofGroup != group) {
            throw new CorruptedRegion(
                    "membership " + record + " of group record " + ofGroup + " stands in the list of " + group);
        }
    }

    /** Whether a membership is DEAD, or expires now. */
    private boolean isOver(int record, long control, long nowMillis) {
        if (Control.state(control) != RecordTable.LIVE) {
            return Control.state(control) == RecordTable.DEAD;
        }
        if (!hasEnded(record, nowMillis)) {
            return false;
        }
        records.move(Reference.to(control, record), RecordTable.LIVE, RecordTable.DEAD);
        return true;
    }

    /**
     * Whether a membership's time is over; if so, from now on it cannot be refreshed.
     *
     * <p>Who dies after LP3 has ended it, and any walk goes on from there. Who stops before it finds another word, or
     * ends another membership in this record with the same deadline, whose time is over as well.
     */
    private boolean hasEnded(int record, long nowMillis) {
        long lifeAt = places.lifeAt(record);
        while (true) { // lock-free: another one refreshed it, or ended it
            long life = words.getVolatile(lifeAt);
            if (MembershipLayout.deadlineMillis(life) > nowMillis) {
                return false;
            }
            long ended = MembershipLayout.life(0, MembershipLayout.group(life));
            if (life == ended || words.compareAndSet(lifeAt, life, ended)) { // LP3
                return true;
            }
        }
    }

    /** Freezes the link of a DEAD membership, takes the membership out of the list, and frees it. */
    private void unlink(int place, boolean first, long link, int record) {
        long control = records.control(record);
        long next = words.getVolatile(places.linkAt(record));
        if (Control.state(control) != RecordTable.DEAD || !MembershipLayout.names(next, control)) {
            return; // somebody else has unlinked it, and it has a new life already
        }
        if (!MembershipLayout.isMarked(next) && !freeze(record, next)) {
            return; // its successor was unlinked just now: the walk comes here again
        }
        int successor = Reference.index(next);
        long without = first ? changed(link, successor) : Reference.of(Reference.tag(link), successor);
        if (words.compareAndSet(places.linkAt(place), link, without)) {
            places.bury(Reference.to(control, record));
        }
    }

    /** Marks a link, which then never changes (M2); false if it has changed. */
    boolean freeze(int record, long link) {
        return words.compareAndSet(places.linkAt(record), link, MembershipLayout.marked(link));
    }

    /**
     * Follows a list that nobody is changing, for as long as the visitor wants and not further than there are records;
     * returns the index that stands there.
     */
    int follow(long group, IntPredicate visitor) {
        int record = Reference.index(words.getVolatile(places.linkAt(Reference.index(group))));
        for (int i = 0; record < records.count() && i < records.count() && visitor.test(record); i++) {
            record = Reference.index(words.getVolatile(places.linkAt(record)));
        }
        return record;
    }

    /** Deletes a group that has no members. */
    void deleteIfEmpty(long group) {
        long firstAt = places.linkAt(Reference.index(group));
        long first = words.getVolatile(firstAt);
        if (records.isLive(group)
                && Reference.index(first) == Reference.NULL
                && words.compareAndSet(firstAt, first, changed(first, Reference.CLOSED))) {
            finishDeletion(group);
        }
    }

    private void finishDeletion(long group) {
        if (Reference.index(words.getVolatile(places.linkAt(Reference.index(group)))) == Reference.CLOSED
                && records.move(group, RecordTable.LIVE, RecordTable.DEAD)) {
            places.bury(group);
        }
    }
}

package dev.towpath.shm.structure;

import dev.towpath.shm.memory.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntPredicate;

/**
 * Keeps which channel names are in which groups: an index for adding and discarding, a list for each group for sending.
 *
 * <p>The lists are those of T. L. Harris, "A Pragmatic Implementation of Non-Blocking Linked-Lists", DISC 2001, with
 * insertion only at the front. A membership's owner word says whether it counts: LIVE. Discarding is LIVE → DEAD, in
 * constant time; walks through the group (by group sends, listings, housekeeping) unlink and free what is DEAD.
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>M1: a LIVE membership is linked in the list of its group, because it is pushed while INIT.
 *   <li>M2: the {@code link} of an unlinked membership is marked, and a marked {@code link} never changes; so a walker
 *       that has seen an unmarked {@code link} of this generation stands on a linked membership.
 *   <li>M3: {@code link} of a membership only moves on to later ones, and a recycled record comes back at the front: no
 *       ABA in the middle. The first link of a group counts its changes.
 *   <li>M4: a group is deleted only when its list is empty, by NULL → CLOSED, after which nobody can push.
 *   <li>M5: the tag of a record's {@code link} only grows, over all lives of the record, whether it counts a group's
 *       changes or is a membership's generation: a freed record's next generation lies ahead of its count. So a
 *       compare-and-set on the {@code link} of an earlier life fails.
 * </ul>
 *
 * <h2>Linearization points</h2>
 *
 * LP1, add: the index makes the membership LIVE, or for a second add the compare-and-set on {@code life}, if the
 * membership is LIVE afterwards. LP2, discard: LIVE → DEAD. LP3, expiry: {@code life} → deadline 0; an add that finds 0
 * makes a new membership. A walk sees every membership that was LIVE from its beginning to its end, each once: it
 * collects first, and if its own place is unlinked it begins anew.
 *
 * <h2>Crash windows</h2>
 *
 * C1, INIT by the dead, pushed or not, published or not: the sweep makes it DEAD. C2, DEAD and linked: any walk unlinks
 * it. C3, unlinked and not freed: the sweep frees what is still DEAD after walks through all groups. C4, closed and
 * LIVE, or DEAD, group: a walk or the sweep finishes.
 *
 * <p>An addition whose membership is discarded by another thread before it returns does not know that it has been
 * there, and adds it again.
 *
 * <p>A refreshing compare-and-set on {@code life} does not touch a record that has gone to another group, which the
 * word names. If the record was recycled for the same group with the same millisecond of expiry, it extends a
 * stranger's membership; that is noticed, as the record is not the same, and it does no harm.
 *
 * <p>The class is not final and its steps are methods, so that tests can leave one out and see that they notice.
 */
public class MembershipTable {

    private final Words words;
    private final RecordTable records;
    private final MembershipRecords places;
    private final MembershipList lists;

    /**
     * Gives a participant its view of the groups.
     *
     * @param records the records of groups and memberships
     * @param indexBase byte offset of the index
     * @param seed the region's hash seed
     */
    public MembershipTable(RecordTable records, long indexBase, long seed) {
        this(new MembershipRecords(records, indexBase, seed), MembershipList::new);
    }

    /** Gives a participant its view of the groups, through lists that a test has taken a step from. */
    MembershipTable(MembershipRecords places, Function<MembershipRecords, MembershipList> lists) {
        this.words = places.table().words();
        this.records = places.table();
        this.places = places;
        this.lists = lists.apply(places);
    }

    /**
     * Finds a group.
     *
     * @param name its name
     * @return a reference to its record, or {@link Reference#NONE}
     */
    public long findGroup(Name name) {
        return places.find(places.groupKey(name));
    }

    /**
     * Adds a member, or refreshes its deadline.
     *
     * @param groupName the group, created if need be
     * @param member the member's name
     * @param deadlineMillis when the membership expires, more than 0
     * @return whether there was room
     */
    public boolean add(Name groupName, Name member, long deadlineMillis) {
        while (true) { // lock-free: goes round when a rival added, discarded or deleted the same thing
            long group = findOrCreateGroup(groupName);
            if (group == Reference.NONE) {
                return false;
            }
            MembershipRecords.NameKey key = places.memberKey(group, member);
            long found = places.find(key);
            if (found == Reference.NONE) {
                long mine = records.allocate(MembershipRecords.MEMBER);
                if (mine == Reference.NONE) {
                    return false;
                }
                found = fillAndPublish(group, key, mine, deadlineMillis);
                if (found == mine) {
                    return true;
                }
                if (found == Index.OVERFLOW) {
                    return false;
                }
            } else if (isStill(group) && refresh(found, Reference.index(group), deadlineMillis)) {
                return true;
            }
        }
    }

    /**
     * Whether a membership that was found by the record of a group belongs to this group, and not to one that has got
     * the record since: a record that has a membership stays the same group's.
     */
    boolean isStill(long group) {
        return records.isLive(group);
    }

    private long fillAndPublish(long group, MembershipRecords.NameKey key, long mine, long deadlineMillis) {
        int record = Reference.index(mine);
        words.set(places.lifeAt(record), MembershipLayout.life(deadlineMillis, Reference.index(group)));
        key.name().write(words, places.nameAt(record));
        return publish(group, key, mine);
    }

    /** Links a membership, and then makes it count; what was found or has become of it. */
    long publish(long group, MembershipRecords.NameKey key, long mine) {
        if (!lists.push(group, mine)) {
            places.abandon(mine);
            return Reference.NONE;
        }
        long found = places.insert(key, mine);
        if (found != mine) {
            records.move(mine, RecordTable.INIT, RecordTable.DEAD); // linked: the next walk unlinks it
        }
        return found;
    }

    private boolean refresh(long membership, int group, long deadlineMillis) {
        int record = Reference.index(membership);
        long life = words.getVolatile(places.lifeAt(record));
        if (MembershipLayout.group(life) != group) {
            return false;
        }
        if (MembershipLayout.deadlineMillis(life) == 0) {
            records.move(membership, RecordTable.LIVE, RecordTable.DEAD);
            return false;
        }
        return words.compareAndSet(places.lifeAt(record), life, MembershipLayout.life(deadlineMillis, group))
                && records.isLive(membership);
    }

    private long findOrCreateGroup(Name name) {
        MembershipRecords.NameKey key = places.groupKey(name);
        while (true) { // lock-free: goes round only when a rival created the group and a third one deleted it
            long found = places.find(key);
            if (found != Reference.NONE) {
                return found;
            }
            long mine = records.allocate(MembershipRecords.GROUP);
            if (mine == Reference.NONE) {
                return Reference.NONE;
            }
            int record = Reference.index(mine);
            name.write(words, places.nameAt(record));
            long first = words.getVolatile(places.linkAt(record));
            words.setRelease(places.linkAt(record), Reference.next(first, Reference.NULL)); // nobody else's (M5)
            found = places.insert(key, mine);
            if (found != mine) {
                places.abandon(mine);
            }
            if (found != Reference.NONE) {
                return found == Index.OVERFLOW ? Reference.NONE : found;
            }
        }
    }

    /**
     * Ends a membership, if there is one.
     *
     * @param groupName the group
     * @param member the member's name
     */
    public void discard(Name groupName, Name member) {
        long group = findGroup(groupName);
        if (group != Reference.NONE) {
            long membership = places.find(places.memberKey(group, member));
            if (membership != Reference.NONE && isStill(group)) {
                records.move(membership, RecordTable.LIVE, RecordTable.DEAD); // LP2
            }
        }
    }

    /**
     * Collects the members of a group, and unlinks those that have expired or were discarded.
     *
     * @param group the group
     * @param nowMillis for the deadlines
     * @param members emptied and filled
     */
    public void collect(long group, long nowMillis, Members members) {
        lists.collect(group, nowMillis, members);
    }

    /**
     * Reads a member's name.
     *
     * @param membership the membership
     * @return the name; meaningless if the membership is not LIVE any more
     */
    public Name name(long membership) {
        return Name.read(words, places.nameAt(Reference.index(membership)));
    }

    /**
     * Gives the records.
     *
     * @return the records of groups and memberships
     */
    public RecordTable records() {
        return records;
    }

    /**
     * Tells what a record is at present.
     *
     * @param record its index
     * @return a reference to it if it is a LIVE group, else {@link Reference#NONE}
     */
    public long liveGroup(int record) {
        long control = records.control(record);
        boolean live = Control.state(control) == RecordTable.LIVE && Control.kind(control) == MembershipRecords.GROUP;
        return live ? Reference.to(control, record) : Reference.NONE;
    }

    /**
     * Tells what a record is at present.
     *
     * @param record its index
     * @return a reference to it if it is a LIVE membership, else {@link Reference#NONE}
     */
    public long liveMembership(int record) {
        long control = records.control(record);
        boolean live = Control.state(control) == RecordTable.LIVE && Control.kind(control) == MembershipRecords.MEMBER;
        return live ? Reference.to(control, record) : Reference.NONE;
    }

    /**
     * Tells whether a membership has expired, though nobody has noticed yet.
     *
     * @param membership the membership
     * @param nowMillis for the deadline
     * @return whether its deadline has come
     */
    public boolean isExpired(long membership, long nowMillis) {
        return MembershipLayout.deadlineMillis(words.getVolatile(places.lifeAt(Reference.index(membership))))
                <= nowMillis;
    }

    /**
     * Tells which group a membership belongs to.
     *
     * @param membership the membership
     * @return index of the group's record
     */
    public int groupOf(long membership) {
        return MembershipLayout.group(words.getVolatile(places.lifeAt(Reference.index(membership))));
    }

    /**
     * Counts how often a group or membership stands in the index.
     *
     * @param record the group or membership
     * @return 1, if it is LIVE and nobody is ending it
     */
    public int slotsOf(long record) {
        return places.slotsOf(record);
    }

    /**
     * Follows the list of a group that nobody is changing.
     *
     * @param group the group
     * @param visitor sees each record in it, whatever its state, and says whether to go on
     * @return the index that stands where the walk has ended; if it does not {@linkplain Reference#isEnd end a list},
     *     the list is wrong, or the visitor did not want to go on
     */
    public int follow(long group, IntPredicate visitor) {
        return lists.follow(group, visitor);
    }

    /**
     * Ends a membership.
     *
     * @param membership the membership
     */
    public void discard(long membership) {
        records.move(membership, RecordTable.LIVE, RecordTable.DEAD); // LP2
    }

    /**
     * Walks through all groups, which unlinks what is over, and deletes the empty ones.
     *
     * @param nowMillis for the deadlines
     */
    public void prune(long nowMillis) {
        Members members = new Members();
        for (int record = 0; record < records.count(); record++) {
            long group = liveGroup(record);
            if (group != Reference.NONE) {
                lists.collect(group, nowMillis, members);
                lists.deleteIfEmpty(group);
            }
        }
    }

    /**
     * Puts the records that a dead participant was working on back into use, and those that it left unlinked.
     *
     * <p>What was DEAD before a walk through its group and is DEAD after it was not linked: the walk would have freed
     * it.
     *
     * @param dead its owner number
     */
    public void recover(int dead) {
        List<Long> ended = new ArrayList<>();
        for (int record = 0; record < records.count(); record++) {
            long control = records.control(record);
            if (RecordTable.isLeftBy(dead, control)) {
                long seized = records.seize(record, control);
                if (seized != Reference.NONE) {
                    ended.add(seized);
                }
            } else if (Control.state(control) == RecordTable.DEAD
                    && Control.kind(control) == MembershipRecords.MEMBER) {
                ended.add(Reference.to(control, record));
            }
        }
        prune(Long.MIN_VALUE);
        ended.forEach(places::bury);
    }
}

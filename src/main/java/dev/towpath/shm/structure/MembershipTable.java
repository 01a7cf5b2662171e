package dev.towpath.shm.structure;

import dev.towpath.shm.memory.CorruptedRegion;
import dev.towpath.shm.memory.Words;
import java.util.ArrayList;
import java.util.List;

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
 * <p>A refreshing compare-and-set on {@code life} of a record that was recycled for the same group with the same
 * millisecond of expiry extends a stranger's membership; it is noticed, as the record is not the same, and it does no
 * harm.
 */
public final class MembershipTable {

    private static final int GROUP = 1;
    private static final int MEMBER = 2;

    /** How often the link in front of a walk may change before the region is held to be corrupt. */
    private static final int MAX_STOPS = 1 << 22;

    private final Words words;
    private final RecordTable records;
    private final Index index;
    private final long seed;

    /**
     * Gives a participant its view of the groups.
     *
     * @param records the records of groups and memberships
     * @param indexBase byte offset of the index
     * @param seed the region's hash seed
     */
    public MembershipTable(RecordTable records, long indexBase, long seed) {
        this.words = records.words();
        this.records = records;
        this.index = new Index(records, indexBase, Index.bucketsFor(records.count()));
        this.seed = seed;
    }

    /** The key of a group is its name; that of a membership is group and name. */
    private final class NameKey implements Key {
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

    private long linkAt(int record) {
        return records.at(record) + MembershipLayout.LINK;
    }

    private long lifeAt(int record) {
        return records.at(record) + MembershipLayout.LIFE;
    }

    private long nameAt(int record) {
        return records.at(record) + MembershipLayout.NAME;
    }

    private NameKey keyOf(int record) {
        return new NameKey(
                Control.kind(records.control(record)),
                Control.kind(records.control(record)) == GROUP
                        ? 0
                        : MembershipLayout.group(words.getVolatile(lifeAt(record))),
                Name.read(words, nameAt(record)));
    }

    /**
     * Finds a group.
     *
     * @param name its name
     * @return a reference to its record, or {@link Reference#NONE}
     */
    public long findGroup(Name name) {
        return index.find(new NameKey(GROUP, 0, name));
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
            NameKey key = new NameKey(MEMBER, Reference.index(group), member);
            long found = index.find(key);
            if (found == Reference.NONE) {
                long mine = records.allocate(MEMBER);
                if (mine == Reference.NONE) {
                    return false;
                }
                found = publish(group, key, mine, deadlineMillis);
                if (found == mine) {
                    return true;
                }
                if (found == Index.OVERFLOW) {
                    return false;
                }
            } else if (refresh(found, Reference.index(group), deadlineMillis)) {
                return true;
            }
        }
    }

    private long publish(long group, NameKey key, long mine, long deadlineMillis) {
        int record = Reference.index(mine);
        words.set(lifeAt(record), MembershipLayout.life(deadlineMillis, Reference.index(group)));
        key.name.write(words, nameAt(record));
        if (!push(group, mine)) {
            records.move(mine, RecordTable.INIT, RecordTable.DEAD);
            records.free(mine);
            return Reference.NONE;
        }
        long found = index.insert(key, mine);
        if (found != mine) {
            records.move(mine, RecordTable.INIT, RecordTable.DEAD); // linked: the next walk unlinks it
        }
        return found;
    }

    /** Puts an INIT membership at the front; false if the group has been deleted. */
    private boolean push(long group, long mine) {
        int record = Reference.index(mine);
        long firstAt = linkAt(Reference.index(group));
        while (true) { // lock-free: another one was pushed or unlinked
            long first = words.getVolatile(firstAt);
            if (!records.isLive(group) || Reference.index(first) == Reference.CLOSED) {
                finishDeletion(group);
                return false;
            }
            words.setRelease(linkAt(record), MembershipLayout.link(Reference.tag(mine), false, Reference.index(first)));
            if (words.compareAndSet(firstAt, first, Reference.next(first, record))) {
                return true;
            }
        }
    }

    private boolean refresh(long membership, int group, long deadlineMillis) {
        int record = Reference.index(membership);
        long life = words.getVolatile(lifeAt(record));
        if (MembershipLayout.deadlineMillis(life) == 0) {
            records.move(membership, RecordTable.LIVE, RecordTable.DEAD);
            return false;
        }
        return words.compareAndSet(lifeAt(record), life, MembershipLayout.life(deadlineMillis, group))
                && records.isLive(membership);
    }

    private long findOrCreateGroup(Name name) {
        NameKey key = new NameKey(GROUP, 0, name);
        while (true) { // lock-free: goes round only when a rival created the group and a third one deleted it
            long found = index.find(key);
            if (found != Reference.NONE) {
                return found;
            }
            long mine = records.allocate(GROUP);
            if (mine == Reference.NONE) {
                return Reference.NONE;
            }
            int record = Reference.index(mine);
            name.write(words, nameAt(record));
            long first = words.getVolatile(linkAt(record));
            while (!words.compareAndSet(linkAt(record), first, Reference.next(first, Reference.NULL))) {
                first = words.getVolatile(linkAt(record)); // somebody of an earlier life moved it once more
            }
            found = index.insert(key, mine);
            if (found != mine) {
                records.move(mine, RecordTable.INIT, RecordTable.DEAD);
                records.free(mine);
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
            long membership = index.find(new NameKey(MEMBER, Reference.index(group), member));
            if (membership != Reference.NONE) {
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
        while (!walk(group, nowMillis, members)) {
            members.clear(); // lock-free: somebody unlinked the membership on which the walk stood
        }
    }

    /** One walk; false if it lost its place. */
    private boolean walk(long group, long nowMillis, Members members) {
        members.clear();
        int groupRecord = Reference.index(group);
        int place = groupRecord;
        long link = words.getVolatile(linkAt(place));
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
            long next = words.getVolatile(linkAt(record));
            long again = words.getVolatile(linkAt(place));
            if (again == link) {
                checkLinked(record, control, next);
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
                again = words.getVolatile(linkAt(place));
            }
            boolean stillThere = place == groupRecord
                    ? records.isLive(group)
                    : Reference.tag(again) == Reference.tag(link) && !MembershipLayout.isMarked(again);
            if (!stillThere) {
                return false;
            }
            link = again;
            stops++;
        }
        return true;
    }

    private static void checkLinked(int record, long control, long link) {
        if (Control.kind(control) != MEMBER || !MembershipLayout.names(link, control)) {
            throw new CorruptedRegion("record " + record + " stands in a group and is no membership");
        }
    }

    /** Whether a membership is DEAD, or expires now. */
    private boolean isOver(int record, long control, long nowMillis) {
        if (Control.state(control) != RecordTable.LIVE) {
            return Control.state(control) == RecordTable.DEAD;
        }
        long life = words.getVolatile(lifeAt(record));
        if (MembershipLayout.deadlineMillis(life) > nowMillis) {
            return false;
        }
        long expired = MembershipLayout.life(0, MembershipLayout.group(life));
        if (life != expired && !words.compareAndSet(lifeAt(record), life, expired)) { // LP3
            return false; // refreshed just now
        }
        records.move(Reference.to(control, record), RecordTable.LIVE, RecordTable.DEAD);
        return true;
    }

    /** Freezes the link of a DEAD membership, takes the membership out of the list, and frees it. */
    private void unlink(int place, boolean first, long link, int record) {
        long control = records.control(record);
        long next = words.getVolatile(linkAt(record));
        if (Control.state(control) != RecordTable.DEAD || !MembershipLayout.names(next, control)) {
            return; // somebody else has unlinked it, and it has a new life already
        }
        if (!MembershipLayout.isMarked(next)
                && !words.compareAndSet(linkAt(record), next, MembershipLayout.marked(next))) {
            return; // its successor was unlinked just now: the walk comes here again
        }
        int successor = Reference.index(next);
        long without = first ? Reference.next(link, successor) : Reference.of(Reference.tag(link), successor);
        if (words.compareAndSet(linkAt(place), link, without)) {
            bury(Reference.to(control, record));
        }
    }

    private void bury(long dead) {
        index.remove(keyOf(Reference.index(dead)), dead);
        records.free(dead);
    }

    /**
     * Deletes a group that has no members.
     *
     * @param group the group
     */
    public void deleteIfEmpty(long group) {
        long firstAt = linkAt(Reference.index(group));
        long first = words.getVolatile(firstAt);
        if (records.isLive(group)
                && Reference.index(first) == Reference.NULL
                && words.compareAndSet(firstAt, first, Reference.next(first, Reference.CLOSED))) {
            finishDeletion(group);
        }
    }

    private void finishDeletion(long group) {
        if (Reference.index(words.getVolatile(linkAt(Reference.index(group)))) == Reference.CLOSED
                && records.move(group, RecordTable.LIVE, RecordTable.DEAD)) {
            bury(group);
        }
    }

    /**
     * Reads a member's name.
     *
     * @param membership the membership
     * @return the name; meaningless if the membership is not LIVE any more
     */
    public Name name(long membership) {
        return Name.read(words, nameAt(Reference.index(membership)));
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
        boolean live = Control.state(control) == RecordTable.LIVE && Control.kind(control) == GROUP;
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
        boolean live = Control.state(control) == RecordTable.LIVE && Control.kind(control) == MEMBER;
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
        return MembershipLayout.deadlineMillis(words.getVolatile(lifeAt(Reference.index(membership)))) <= nowMillis;
    }

    /**
     * Tells which group a membership belongs to.
     *
     * @param membership the membership
     * @return index of the group's record
     */
    public int groupOf(long membership) {
        return MembershipLayout.group(words.getVolatile(lifeAt(Reference.index(membership))));
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
                collect(group, nowMillis, members);
                deleteIfEmpty(group);
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
            } else if (Control.state(control) == RecordTable.DEAD && Control.kind(control) == MEMBER) {
                ended.add(Reference.to(control, record));
            }
        }
        prune(Long.MIN_VALUE);
        ended.forEach(this::bury);
    }
}

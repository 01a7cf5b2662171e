package dev.towpath.shm.store;

import dev.towpath.shm.memory.CorruptedRegion;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.Finding;
import dev.towpath.shm.structure.MembershipTable;
import dev.towpath.shm.structure.RecordTable;
import dev.towpath.shm.structure.Reference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** Checks the invariants of the groups in a region, for {@link RegionChecker}; only reads. */
final class MembershipChecker {

    private final MembershipTable memberships;
    private final IntPredicate isAlive;
    private final List<Finding> findings = new ArrayList<>();

    /** The group in whose list a record was found. */
    private final Map<Integer, Integer> linked = new HashMap<>();

    private final Map<String, Integer> keys = new HashMap<>();

    private MembershipChecker(MembershipTable memberships, IntPredicate isAlive) {
        this.memberships = memberships;
        this.isAlive = isAlive;
    }

    /** Lists what is wrong. */
    static List<Finding> check(MembershipTable memberships, IntPredicate isAlive) {
        MembershipChecker checker = new MembershipChecker(memberships, isAlive);
        for (int record = 0; record < memberships.records().count(); record++) {
            checker.followList(record);
        }
        for (int record = 0; record < memberships.records().count(); record++) {
            checker.checkRecord(record);
        }
        return checker.findings;
    }

    private void complain(String text, long... evidence) {
        findings.add(Finding.damage(text, evidence));
    }

    private void followList(int record) {
        long group = memberships.liveGroup(record);
        if (group == Reference.NONE) {
            return;
        }
        int end = memberships.follow(group, member -> linked.putIfAbsent(member, record) == null);
        if (end < memberships.records().count()) {
            complain(
                    "record " + end + " is in the lists of groups " + linked.get(end) + " and " + record,
                    group,
                    memberships.records().control(end));
        } else if (!Reference.isEnd(end)) {
            complain("the list of group record " + record + " leads to record " + end + " and does not end", group);
        }
    }

    private void checkRecord(int record) {
        long control = memberships.records().control(record);
        int state = Control.state(control);
        boolean inHands = isAlive.test(Control.owner(control));
        String what = "record " + record + " of a group or membership";
        boolean over = state == RecordTable.DEAD && linked.containsKey(record); // the next walk frees it
        if (state == RecordTable.LIVE) {
            checkLive(record, what, control);
        } else if (state == RecordTable.FREE && linked.containsKey(record)) {
            complain(what + " is FREE and in a list", control);
        } else if (state != RecordTable.FREE && !inHands && !over) {
            String text = what + " was left in state " + state + " by owner " + Control.owner(control);
            findings.add(state == RecordTable.DEAD ? Finding.unfinished(text, control) : Finding.damage(text, control));
        }
    }

    private void checkLive(int record, String what, long control) {
        long membership = memberships.liveMembership(record);
        if (membership == Reference.NONE && memberships.liveGroup(record) == Reference.NONE) {
            complain(what + " is LIVE and neither", control);
            return;
        }
        try {
            checkIndexed(record, what, Reference.to(control, record), membership);
        } catch (CorruptedRegion e) {
            complain(what + ": " + e.getMessage(), control);
        }
    }

    private void checkIndexed(int record, String what, long reference, long membership) {
        boolean isMember = membership != Reference.NONE;
        int slots = memberships.slotsOf(reference);
        if (slots != 1) {
            complain(what + " stands in " + slots + " slots of the index", reference);
        }
        Integer group = isMember ? memberships.groupOf(membership) : -1;
        if (isMember && !group.equals(linked.get(record))) {
            complain(what + " is in the list of " + linked.get(record) + ", not of its group", reference, group);
        }
        Integer other = keys.put(group + " " + memberships.name(reference), record);
        if (other != null) {
            complain(
                    what + " and record " + other + " both are LIVE and have one key",
                    reference,
                    memberships.records().control(other));
        }
    }
}

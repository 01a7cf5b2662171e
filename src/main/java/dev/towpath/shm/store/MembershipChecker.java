package dev.towpath.shm.store;

import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.MembershipTable;
import dev.towpath.shm.structure.RecordTable;
import dev.towpath.shm.structure.Reference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** Checks the invariants of the groups in a region that nobody is changing; for {@link RegionChecker}. */
final class MembershipChecker {

    private final MembershipTable memberships;
    private final IntPredicate isAlive;
    private final List<String> violations = new ArrayList<>();

    /** The group in whose list a record was found. */
    private final Map<Integer, Integer> linked = new HashMap<>();

    private final Map<String, Integer> keys = new HashMap<>();

    private MembershipChecker(MembershipTable memberships, IntPredicate isAlive) {
        this.memberships = memberships;
        this.isAlive = isAlive;
    }

    /** Lists what is wrong, in words. */
    static List<String> check(MembershipTable memberships, IntPredicate isAlive) {
        MembershipChecker checker = new MembershipChecker(memberships, isAlive);
        for (int record = 0; record < memberships.records().count(); record++) {
            checker.followList(record);
        }
        for (int record = 0; record < memberships.records().count(); record++) {
            checker.checkRecord(record);
        }
        return checker.violations;
    }

    private void followList(int record) {
        long group = memberships.liveGroup(record);
        if (group != Reference.NONE) {
            for (int member : memberships.linked(group)) {
                Integer other = linked.put(member, record);
                if (other != null) {
                    violations.add("record " + member + " is in the lists of groups " + other + " and " + record);
                }
            }
        }
    }

    private void checkRecord(int record) {
        long control = memberships.records().control(record);
        int state = Control.state(control);
        boolean inHands = isAlive.test(Control.owner(control));
        String what = "record " + record + " of a group or membership";
        long membership = memberships.liveMembership(record);
        boolean over = state == RecordTable.DEAD && linked.containsKey(record); // the next walk frees it
        if (state == RecordTable.LIVE) {
            checkIndexed(record, what, Reference.to(control, record), membership);
        } else if (state == RecordTable.FREE && linked.containsKey(record)) {
            violations.add(what + " is FREE and in a list");
        } else if (state != RecordTable.FREE && !inHands && !over) {
            violations.add(what + " was left in state " + state + " by owner " + Control.owner(control));
        }
    }

    private void checkIndexed(int record, String what, long reference, long membership) {
        boolean isMember = membership != Reference.NONE;
        if (memberships.slotsOf(reference) != 1) {
            violations.add(what + " stands in " + memberships.slotsOf(reference) + " slots of the index");
        }
        String group = isMember ? memberships.groupOf(membership) + " " : "";
        Integer other = keys.put(group + memberships.name(reference), record);
        if (other != null) {
            violations.add(what + " and record " + other + " both are LIVE and have one key");
        }
        if (isMember && !Integer.valueOf(memberships.groupOf(membership)).equals(linked.get(record))) {
            violations.add(what + " is in the list of " + linked.get(record) + ", not of its group");
        }
    }
}

package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.towpath.shm.memory.Scenario;
import dev.towpath.shm.memory.Scenarios;
import dev.towpath.shm.memory.Slice;
import dev.towpath.shm.store.MembershipTrial.Kind;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;

class MembershipTableProperties {

    private static final int TRIES = 1500;

    /** More than any operation here makes. */
    private static final int MOST_ACCESSES = 150;

    @Property(tries = TRIES)
    void eachMembershipBeginsAndEndsInOneMoment(@ForAll("scenarios") Scenario<MembershipTrial.Operation> scenario) {
        assertEquals("", MembershipTrial.run(scenario));
    }

    @Property(tries = TRIES)
    void theDeadLeaveNoRecordBehind(@ForAll("deadlyScenarios") Scenario<MembershipTrial.Operation> scenario) {
        assertEquals("", MembershipTrial.run(scenario));
    }

    /** D's listing ends D's own membership, meets that of A, and lists it; C's listing, meanwhile, finds neither. */
    @Example
    void aListingThatBeginsAnewHasEndedWhatHadExpired() {
        List<List<MembershipTrial.Operation>> programs = List.of(
                List.of(add(0, 0)),
                List.of(add(0, 0)),
                List.of(list(0, 0)),
                List.of(new MembershipTrial.Operation(Kind.ADD, 0, 0, 1), list(0, 1)));
        List<Slice> schedule =
                List.of(new Slice(0, 47, false), new Slice(3, 1, true), new Slice(3, 80, false), new Slice(2, 3, true));
        assertEquals("", MembershipTrial.run(new Scenario<>(programs, schedule, List.of())));
    }

    @Example
    void whoAddsAgainNeverTouchesTheMembershipOfAnotherGroup() {
        forEachStop(List.of(add(0, 0)), add(0, 0), List.of(discard(0, 0), add(0, 0), prune(), add(1, 1), prune()), 0);
    }

    /** The record of group 0 was a membership's before, so that its count is even, as a membership's tag is. */
    @Example
    void whoAddsToAGroupThatHasEndedChangesNoOther() {
        forEachStop(
                List.of(
                        add(1, 0),
                        discard(1, 0),
                        prune(),
                        add(1, 0),
                        add(1, 1),
                        add(0, 0),
                        discard(1, 1),
                        list(1, 0),
                        add(0, 0),
                        discard(0, 0),
                        list(0, 0)),
                add(0, 0),
                List.of(prune(), discard(1, 0), list(1, 0), add(1, 1)),
                0);
    }

    @Example
    void whatHasExpiredIsListedByNobodyWhoeverEndsIt() {
        MembershipTrial.Operation untilOne = new MembershipTrial.Operation(Kind.ADD, 0, 0, 1);
        forEachStop(List.of(untilOne), list(0, 1), List.of(list(0, 1)), MOST_ACCESSES);
    }

    private static void forEachStop(
            List<MembershipTrial.Operation> before,
            MembershipTrial.Operation stopped,
            List<MembershipTrial.Operation> meanwhile,
            int secondStops) {
        Scenarios.withStops(List.of(before, List.of(stopped), meanwhile), List.of(), MOST_ACCESSES, secondStops)
                .forEach(scenario -> assertEquals("", MembershipTrial.run(scenario)));
    }

    private static MembershipTrial.Operation add(int group, int member) {
        return new MembershipTrial.Operation(Kind.ADD, group, member, 9);
    }

    private static MembershipTrial.Operation discard(int group, int member) {
        return new MembershipTrial.Operation(Kind.DISCARD, group, member, 0);
    }

    private static MembershipTrial.Operation list(int group, int now) {
        return new MembershipTrial.Operation(Kind.LIST, group, 0, now);
    }

    private static MembershipTrial.Operation prune() {
        return new MembershipTrial.Operation(Kind.PRUNE, 0, 0, 0);
    }

    @Tag("stress")
    @Property(tries = 100 * TRIES)
    void theSameForLong(@ForAll("deadlyScenarios") Scenario<MembershipTrial.Operation> scenario) {
        assertEquals("", MembershipTrial.run(scenario));
    }

    @Provide
    static Arbitrary<Scenario<MembershipTrial.Operation>> scenarios() {
        return Scenarios.of(operations(0), 4, 4);
    }

    @Provide
    static Arbitrary<Scenario<MembershipTrial.Operation>> deadlyScenarios() {
        return Scenarios.withDeaths(operations(1), 4, 4, 30);
    }

    private static Arbitrary<MembershipTrial.Operation> operations(int sweeps) {
        Arbitrary<Kind> kinds = Arbitraries.frequency(
                Tuple.of(5, Kind.ADD),
                Tuple.of(2, Kind.DISCARD),
                Tuple.of(3, Kind.LIST),
                Tuple.of(2, Kind.PRUNE),
                Tuple.of(sweeps, Kind.SWEEP));
        Arbitrary<Integer> numbers = Arbitraries.of(0, 0, 1);
        Arbitrary<Integer> deadlines = Arbitraries.of(9, 9, 1);
        return Combinators.combine(kinds, numbers, numbers, deadlines, Arbitraries.of(0, 0, 1))
                .as((kind, group, member, deadline, now) ->
                        new MembershipTrial.Operation(kind, group, member, kind == Kind.ADD ? deadline : now));
    }
}

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
        MembershipTrial.Operation lasting = new MembershipTrial.Operation(Kind.ADD, 0, 0, 9);
        List<List<MembershipTrial.Operation>> programs = List.of(
                List.of(lasting),
                List.of(lasting),
                List.of(new MembershipTrial.Operation(Kind.LIST, 0, 0, 0)),
                List.of(
                        new MembershipTrial.Operation(Kind.ADD, 0, 0, 1),
                        new MembershipTrial.Operation(Kind.LIST, 0, 0, 1)));
        List<Slice> schedule =
                List.of(new Slice(0, 47, false), new Slice(3, 1, true), new Slice(3, 80, false), new Slice(2, 3, true));
        assertEquals("", MembershipTrial.run(new Scenario<>(programs, schedule, List.of())));
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

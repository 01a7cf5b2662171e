package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.shm.memory.Scenario;
import dev.towpath.shm.memory.Scenarios;
import dev.towpath.shm.store.MembershipTrial.Kind;
import dev.towpath.shm.store.MembershipTrial.Operation;
import dev.towpath.shm.structure.MutantMemberships;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;

/** Shows that {@link MembershipTableProperties} would notice if a step of the algorithm were missing. */
class MembershipsMutantsTest {

    private static final int TRIES = 40_000;
    private static final int STOPS = 150;
    private static final int STOPS_OF_TWO = 60;
    private static final Operation LIST = operation(Kind.LIST, 0, 0);
    private static final List<Operation> TWO_MEMBERS = List.of(add(0, 0), add(0, 1));

    @Example
    void aWalkThatBelievesAStaleLinkIsFound() {
        assertFoundByStops(
                List.of(TWO_MEMBERS, List.of(LIST), List.of(discard(0, 0), LIST, add(1, 0))),
                0,
                MutantMemberships::withoutSecondLook);
    }

    @Example
    void aWalkThatGoesOnFromAnUnlinkedMembershipIsFound() {
        assertFoundByStops(
                List.of(TWO_MEMBERS, List.of(LIST), List.of(discard(0, 1), LIST, add(1, 1))),
                0,
                MutantMemberships::withoutPlace);
    }

    @Example
    void whoUnlinksWithoutFreezingIsFound() {
        assertFoundByStops(
                List.of(List.of(add(0, 0), add(0, 1), discard(0, 0)), List.of(LIST), List.of(discard(0, 1), LIST)),
                STOPS_OF_TWO,
                MutantMemberships::withoutFreezing);
    }

    @Example
    void firstLinksThatDoNotCountTheirChangesAreFound() {
        assertFoundByStops(
                List.of(List.of(add(0, 0), add(0, 1), discard(0, 1)), List.of(LIST), List.of(LIST, add(0, 1))),
                0,
                MutantMemberships::withoutCounting);
    }

    @Example
    void whoTakesAnotherGroupForHisOwnIsFound() {
        assertFoundByStops(
                List.of(
                        List.of(add(0, 0)),
                        List.of(discard(0, 0)),
                        List.of(discard(0, 0), operation(Kind.PRUNE, 0, 0), add(1, 0))),
                0,
                MutantMemberships::withoutLookAtTheGroup);
    }

    @Example
    void aGroupThatIsDeletedWithoutBeingClosedIsFound() {
        assertFound(MutantMemberships::withOpenDoor);
    }

    @Example
    void aMembershipThatCountsBeforeItIsLinkedIsFound() {
        assertFoundByStops(
                List.of(List.of(add(0, 1)), List.of(add(0, 0)), List.of(add(0, 0), LIST)),
                0,
                MutantMemberships::withLateLink);
    }

    private static Operation operation(Kind kind, int group, int member) {
        return new Operation(kind, group, member, 0);
    }

    private static Operation add(int group, int member) {
        return new Operation(Kind.ADD, group, member, 9);
    }

    private static Operation discard(int group, int member) {
        return operation(Kind.DISCARD, group, member);
    }

    private static void assertFound(TestRegion.MembershipsMaker mutant) {
        Arbitrary<Scenario<Operation>> scenarios = MembershipTableProperties.scenarios();
        int tries = Scenarios.triesUntil(
                scenarios, TRIES, scenario -> MembershipTrial.run(scenario, mutant), failure -> !failure.isEmpty());
        assertTrue(tries > 0, () -> "not found in " + TRIES + " scenarios");
    }

    /** The same programs are harmless with the algorithm as it is. */
    private static void assertFoundByStops(
            List<List<Operation>> programs, int secondStops, TestRegion.MembershipsMaker mutant) {
        int firstStops = secondStops == 0 ? STOPS : STOPS_OF_TWO;
        assertTrue(Scenarios.withStops(programs, List.of(), firstStops, secondStops)
                .allMatch(scenario -> MembershipTrial.run(scenario).isEmpty()));
        assertTrue(Scenarios.withStops(programs, List.of(), firstStops, secondStops)
                .anyMatch(scenario -> !MembershipTrial.run(scenario, mutant).isEmpty()));
    }
}

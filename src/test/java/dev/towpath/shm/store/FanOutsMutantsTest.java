package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.shm.memory.Scenario;
import dev.towpath.shm.memory.Scenarios;
import dev.towpath.shm.store.FanOutTrial.Kind;
import dev.towpath.shm.structure.FanOuts;
import dev.towpath.shm.structure.MutantFanOuts;
import dev.towpath.shm.structure.RecordTable;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;

/** Shows that {@link FanOutsProperties} would notice if a step of the algorithm were missing. */
class FanOutsMutantsTest {

    private static final int TRIES = 40_000;
    private static final int STOPS = 150;
    private static final FanOutTrial.Operation RECEIVE_0 = new FanOutTrial.Operation(Kind.RECEIVE, 0, 0);
    private static final FanOutTrial.Operation RECEIVE_1 = new FanOutTrial.Operation(Kind.RECEIVE, 1, 0);

    @Example
    void aReceiverThatClearsABitOfAnotherPayloadIsFound() {
        List<List<FanOutTrial.Operation>> programs = List.of(
                List.of(broadcast(1)),
                List.of(new FanOutTrial.Operation(Kind.SEND, 1, 2)),
                List.of(RECEIVE_0),
                List.of(new FanOutTrial.Operation(Kind.SWEEP, 0, 0), RECEIVE_1, broadcast(3)));
        assertFoundByStops(programs, List.of(-1, 0), MutantFanOuts::withoutGenerations);
    }

    @Example
    void aPayloadThatEndsWhenHalfOfTheMembersHaveItIsFound() {
        assertFound(FanOutsProperties.scenarios(), MutantFanOuts::withHalfALook);
    }

    @Example
    void aSenderThatSweepsMayCutOffIsFound() {
        assertFound(FanOutsProperties.deadlyScenarios(), MutantFanOuts::withEarlyLife);
    }

    @Example
    void bitsThatAreClearedBlindlyAreFound() {
        assertFound(FanOutsProperties.scenarios(), MutantFanOuts::withBlindClearing);
    }

    @Example
    void whoLooksTooLateWhereThePayloadIsIsFound() {
        List<List<FanOutTrial.Operation>> programs =
                List.of(List.of(broadcast(1), RECEIVE_0), List.of(RECEIVE_1), List.of(broadcast(2)));
        assertFoundByStops(programs, List.of(), MutantFanOuts::withLateLookAtParts);
    }

    @Example
    void aPayloadThatWaitsForUnsentMessagesIsFound() {
        assertFound(FanOutsProperties.scenarios(), MutantFanOuts::withUnsentMessages);
    }

    private static FanOutTrial.Operation broadcast(int number) {
        return new FanOutTrial.Operation(Kind.BROADCAST, 0, number);
    }

    private static void assertFound(
            Arbitrary<Scenario<FanOutTrial.Operation>> scenarios, Function<RecordTable, FanOuts> mutant) {
        int tries = Scenarios.triesUntil(
                scenarios,
                TRIES,
                scenario -> FanOutTrial.run(scenario, FanOutTrial.RECORDS, mutant),
                failure -> !failure.isEmpty());
        assertTrue(tries > 0, () -> "not found in " + TRIES + " scenarios");
    }

    /** With one record, which is soon used again; the same programs are harmless with the algorithm as it is. */
    private static void assertFoundByStops(
            List<List<FanOutTrial.Operation>> programs, List<Integer> deaths, Function<RecordTable, FanOuts> mutant) {
        assertTrue(Scenarios.withStops(programs, deaths, STOPS, 0)
                .allMatch(scenario -> FanOutTrial.run(scenario, 1, FanOuts::new).isEmpty()));
        assertTrue(Scenarios.withStops(programs, deaths, STOPS, 0)
                .anyMatch(scenario -> !FanOutTrial.run(scenario, 1, mutant).isEmpty()));
    }
}

package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.towpath.shm.memory.Scenario;
import dev.towpath.shm.memory.Scenarios;
import dev.towpath.shm.store.FanOutTrial.Kind;
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

class FanOutsProperties {

    private static final int TRIES = 1000;

    /** More than a broadcast makes. */
    private static final int MOST_ACCESSES = 250;

    /** More than a reception makes. */
    private static final int MOST_WRITES = 10;

    @Property(tries = TRIES)
    void payloadsAreWholeAsLongAsSomebodyNeedsThem(@ForAll("scenarios") Scenario<FanOutTrial.Operation> scenario) {
        assertEquals("", FanOutTrial.run(scenario));
    }

    @Property(tries = TRIES)
    void theDeadKeepNoPayload(@ForAll("deadlyScenarios") Scenario<FanOutTrial.Operation> scenario) {
        assertEquals("", FanOutTrial.run(scenario));
    }

    /** A fan-out may be INIT by its living sender when a receiver has its message and dies before he clears his bit. */
    @Example
    void whatALivingSenderHidesFromASweepIsFreedWhenHeHasGoneOn() {
        FanOutTrial.Operation broadcast = new FanOutTrial.Operation(Kind.BROADCAST, 0, 1);
        FanOutTrial.Operation receive = new FanOutTrial.Operation(Kind.RECEIVE, 0, 0);
        FanOutTrial.Operation sweep = new FanOutTrial.Operation(Kind.SWEEP, 0, 0);
        List<List<FanOutTrial.Operation>> programs = List.of(List.of(broadcast), List.of(receive), List.of(sweep));
        Scenarios.withStopAndDeath(programs, MOST_ACCESSES, MOST_WRITES)
                .forEach(scenario -> assertEquals("", FanOutTrial.run(scenario)));
    }

    @Tag("stress")
    @Property(tries = 100 * TRIES)
    void theSameForLong(@ForAll("deadlyScenarios") Scenario<FanOutTrial.Operation> scenario) {
        assertEquals("", FanOutTrial.run(scenario));
    }

    @Provide
    static Arbitrary<Scenario<FanOutTrial.Operation>> scenarios() {
        return Scenarios.of(operations(0), 3, 4).map(Scenarios.numbering(FanOutsProperties::number));
    }

    @Provide
    static Arbitrary<Scenario<FanOutTrial.Operation>> deadlyScenarios() {
        return Scenarios.withDeaths(operations(1), 3, 4, 60).map(Scenarios.numbering(FanOutsProperties::number));
    }

    private static FanOutTrial.Operation number(FanOutTrial.Operation operation, int thread, int place) {
        return new FanOutTrial.Operation(operation.kind(), operation.channel(), 10 * thread + place);
    }

    private static Arbitrary<FanOutTrial.Operation> operations(int sweeps) {
        Arbitrary<Kind> kinds = Arbitraries.frequency(
                Tuple.of(3, Kind.BROADCAST),
                Tuple.of(1, Kind.SEND),
                Tuple.of(5, Kind.RECEIVE),
                Tuple.of(sweeps, Kind.SWEEP));
        return Combinators.combine(kinds, Arbitraries.of(0, 1))
                .as((kind, channel) -> new FanOutTrial.Operation(kind, channel, 0));
    }
}

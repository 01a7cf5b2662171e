package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.towpath.shm.memory.Scenario;
import dev.towpath.shm.memory.Scenarios;
import dev.towpath.shm.store.LivesTrial.Kind;
import dev.towpath.shm.structure.ChannelQueue;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;

class ChannelTableProperties {

    private static final int TRIES = 1000;

    @Property(tries = TRIES)
    void eachLifeOfAChannelGivesWhatWasSentToIt(@ForAll("scenarios") Scenario<LivesTrial.Operation> scenario) {
        assertEquals("", run(scenario));
    }

    @Property(tries = TRIES)
    void theDeadLeaveNoChannelHalfMadeOrHalfDeleted(
            @ForAll("deadlyScenarios") Scenario<LivesTrial.Operation> scenario) {
        assertEquals("", run(scenario));
    }

    @Tag("stress")
    @Property(tries = 100 * TRIES)
    void theSameForLong(@ForAll("deadlyScenarios") Scenario<LivesTrial.Operation> scenario) {
        assertEquals("", run(scenario));
    }

    /** With a record for each channel, or one for both; with blocks that are soon used again. */
    private static String run(Scenario<LivesTrial.Operation> scenario) {
        String failure = LivesTrial.run(scenario, LivesTrial.CHANNELS, 6, ChannelQueue::new);
        return failure.isEmpty() ? LivesTrial.run(scenario, 1, 4, ChannelQueue::new) : failure;
    }

    @Provide
    static Arbitrary<Scenario<LivesTrial.Operation>> scenarios() {
        return Scenarios.of(operations(0), 3, 4).map(Scenarios.numbering(ChannelTableProperties::number));
    }

    @Provide
    static Arbitrary<Scenario<LivesTrial.Operation>> deadlyScenarios() {
        return Scenarios.withDeaths(operations(1), 3, 4, 30).map(Scenarios.numbering(ChannelTableProperties::number));
    }

    private static LivesTrial.Operation number(LivesTrial.Operation operation, int thread, int place) {
        return new LivesTrial.Operation(operation.kind(), operation.channel(), 10 * thread + place);
    }

    private static Arbitrary<LivesTrial.Operation> operations(int sweeps) {
        Arbitrary<Kind> kinds = Arbitraries.frequency(
                Tuple.of(3, Kind.SEND),
                Tuple.of(4, Kind.CREATE),
                Tuple.of(3, Kind.RECEIVE),
                Tuple.of(5, Kind.DELETE),
                Tuple.of(sweeps, Kind.SWEEP));
        return Combinators.combine(kinds, Arbitraries.of(0, 0, 1))
                .as((kind, channel) -> new LivesTrial.Operation(kind, channel, 0));
    }
}

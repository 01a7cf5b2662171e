package dev.towpath.shm.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.towpath.shm.memory.Scenario;
import dev.towpath.shm.memory.Scenarios;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

class IndexProperties {

    private static final int TRIES = 3000;

    @Property(tries = TRIES)
    void aKeyHasOneRecordAtATime(@ForAll("scenarios") Scenario<IndexTrial.Operation> scenario) {
        assertEquals("", IndexTrial.run(scenario, Index::new));
    }

    @Property(tries = TRIES)
    void aDeathLeavesNeitherRecordNorSlot(@ForAll("deadlyScenarios") Scenario<IndexTrial.Operation> scenario) {
        assertEquals("", IndexTrial.run(scenario, Index::new));
    }

    @Tag("stress")
    @Property(tries = 100 * TRIES)
    void theSameForLong(@ForAll("deadlyScenarios") Scenario<IndexTrial.Operation> scenario) {
        assertEquals("", IndexTrial.run(scenario, Index::new));
    }

    @Provide
    static Arbitrary<Scenario<IndexTrial.Operation>> scenarios() {
        return Scenarios.of(operations(), 4, 3);
    }

    @Provide
    static Arbitrary<Scenario<IndexTrial.Operation>> deadlyScenarios() {
        return Scenarios.withDeaths(operations(), 4, 3, 8);
    }

    private static Arbitrary<IndexTrial.Operation> operations() {
        return Combinators.combine(
                        Arbitraries.of(
                                IndexTrial.Kind.CREATE,
                                IndexTrial.Kind.CREATE,
                                IndexTrial.Kind.FIND,
                                IndexTrial.Kind.DELETE),
                        Arbitraries.of(0, 0, 0, 1))
                .as(IndexTrial.Operation::new);
    }
}

package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.towpath.shm.memory.Scenario;
import dev.towpath.shm.memory.Scenarios;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

class BlockArenaProperties {

    private static final int TRIES = 2000;

    @Property(tries = TRIES)
    void blocksInUseDoNotOverlapThoughSlabsAreCutAnew(@ForAll("scenarios") Scenario<Integer> scenario) {
        assertEquals("", ArenaTrial.run(scenario));
    }

    @Property(tries = TRIES)
    void theDeadKeepNoBlockAndNoSlab(@ForAll("deadlyScenarios") Scenario<Integer> scenario) {
        assertEquals("", ArenaTrial.run(scenario));
    }

    @Tag("stress")
    @Property(tries = 100 * TRIES)
    void theSameForLong(@ForAll("deadlyScenarios") Scenario<Integer> scenario) {
        assertEquals("", ArenaTrial.run(scenario));
    }

    @Provide
    static Arbitrary<Scenario<Integer>> scenarios() {
        return Scenarios.of(Arbitraries.of(8, 8, 7, 6, ArenaTrial.FREE, ArenaTrial.FREE), 3, 5);
    }

    @Provide
    static Arbitrary<Scenario<Integer>> deadlyScenarios() {
        return Scenarios.withDeaths(
                Arbitraries.of(8, 8, 7, 6, ArenaTrial.FREE, ArenaTrial.FREE, ArenaTrial.SWEEP), 3, 5, 30);
    }
}

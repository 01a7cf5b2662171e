package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.shm.memory.Scenario;
import dev.towpath.shm.memory.Scenarios;
import dev.towpath.shm.store.WaitingTrial.Flaw;
import dev.towpath.shm.store.WaitingTrial.Operation;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class WaitingRoomProperties {

    private static final int TRIES = 2000;
    private static final int MOST_TRIES = 20_000;

    @Property(tries = TRIES)
    void nobodyWaitsWhileThereIsAMessage(@ForAll("scenarios") Scenario<Operation> scenario) {
        assertEquals("", WaitingTrial.run(scenario, Flaw.NONE));
    }

    /** A sender may die between linking a message and ringing: G9. */
    @Property(tries = TRIES)
    void norForARingThatTheDeadOwed(@ForAll("deadlyScenarios") Scenario<Operation> scenario) {
        assertEquals("", WaitingTrial.run(scenario, Flaw.NONE));
    }

    @Example
    void aWaiterThatMarksTheChannelAfterItHasLookedIsFound() {
        assertFound(scenarios(), Flaw.MARKS_LATE);
    }

    @Example
    void aRecoveryThatRingsNobodyIsFound() {
        assertFound(deadlyScenarios(), Flaw.RINGS_FOR_NO_DEAD);
    }

    private static void assertFound(Arbitrary<Scenario<Operation>> scenarios, Flaw flaw) {
        int tries = Scenarios.triesUntil(
                scenarios, MOST_TRIES, scenario -> WaitingTrial.run(scenario, flaw), failure -> !failure.isEmpty());
        assertTrue(tries > 0);
    }

    @Provide
    static Arbitrary<Scenario<Operation>> scenarios() {
        return Scenarios.of(Arbitraries.of(Operation.class), 4, 4);
    }

    @Provide
    static Arbitrary<Scenario<Operation>> deadlyScenarios() {
        return Scenarios.withDeaths(Arbitraries.of(Operation.class), 4, 4, 30);
    }
}

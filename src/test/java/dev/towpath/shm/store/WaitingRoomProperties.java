package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.shm.memory.Scenario;
import dev.towpath.shm.memory.Scenarios;
import dev.towpath.shm.store.WaitingTrial.Operation;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class WaitingRoomProperties {

    private static final int TRIES = 2000;

    @Property(tries = TRIES)
    void nobodyWaitsWhileThereIsAMessage(@ForAll("scenarios") Scenario<Operation> scenario) {
        assertEquals("", WaitingTrial.run(scenario, false));
    }

    @Example
    void aWaiterThatMarksTheChannelAfterItHasLookedIsFound() {
        int tries = Scenarios.triesUntil(
                scenarios(), 20_000, scenario -> WaitingTrial.run(scenario, true), failure -> !failure.isEmpty());
        assertTrue(tries > 0);
    }

    @Provide
    static Arbitrary<Scenario<Operation>> scenarios() {
        return Scenarios.of(Arbitraries.of(Operation.class), 4, 4);
    }
}

package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.shm.memory.Scenario;
import dev.towpath.shm.memory.Scenarios;
import dev.towpath.shm.structure.MutantQueue;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;

/** Shows that {@link ChannelQueueProperties} would notice if a step of the algorithm were missing. */
class ChannelQueueMutantsTest {

    private static final int TRIES = 40_000;
    private static final QueueOperation RECEIVE = new QueueOperation.Receive(1, 0);

    @Example
    void aSenderThatTrustsTailIsFound() {
        List<List<QueueOperation>> programs = List.of(
                List.of(send(1)),
                List.of(send(2), RECEIVE, send(3), RECEIVE, send(4), RECEIVE, send(5)),
                List.of(send(6)));
        assertFound(Scenarios.schedulesOf(programs, List.of()), MutantQueue::withoutTailCheck);
    }

    @Example
    void aReceiverThatDoesNotLookAtHeadAgainIsFound() {
        assertFound(ChannelQueueProperties.scenarios(), MutantQueue::withoutHeadCheck);
    }

    @Example
    void aSenderThatDoesNotLookWhetherHeadHasOvertakenItIsFound() {
        assertFound(ChannelQueueProperties.scenarios(), MutantQueue::withBlindWalk);
    }

    @Example
    void linksWithoutGenerationsAreFound() {
        assertFound(ChannelQueueProperties.scenarios(), MutantQueue::withUntaggedLinks);
    }

    @Example
    void aReceiverThatFreesBeforeTheDeliveryIsFound() {
        assertFound(ChannelQueueProperties.scenarios(), MutantQueue::withEarlyFreeing);
    }

    @Example
    void aReceiverThatFreesWhatItFindsAfterTheDeliveryIsFoundByASweep() {
        QueueOperation sweep = new QueueOperation.Sweep();
        List<List<QueueOperation>> programs =
                List.of(List.of(send(1), RECEIVE), List.of(send(2)), List.of(sweep, send(3), send(4), send(5)));
        assertFound(Scenarios.schedulesOf(programs, List.of(-1, 0)), MutantQueue::withLateGenerations);
    }

    @Example
    void aSenderThatDoesNotSayThatItLinksIsFoundByADeath() {
        assertFound(ChannelQueueProperties.deadlyScenarios(), MutantQueue::withoutLinking);
    }

    private static QueueOperation send(int number) {
        return new QueueOperation.Send(number, 1, 3, 9);
    }

    private static void assertFound(Arbitrary<Scenario<QueueOperation>> scenarios, TestRegion.QueueMaker mutant) {
        int tries = Scenarios.triesUntil(
                scenarios, TRIES, scenario -> QueueTrial.run(scenario, mutant), failure -> !failure.isEmpty());
        assertTrue(tries > 0, () -> "not found in " + TRIES + " scenarios");
    }
}

package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.towpath.shm.memory.Scenario;
import dev.towpath.shm.memory.Scenarios;
import dev.towpath.shm.structure.ChannelQueue;
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

class ChannelQueueProperties {

    static final int TRIES = 1500;

    /** More than a send of three messages makes. */
    private static final int MOST_ACCESSES = 150;

    /** More than a reception of three messages makes. */
    private static final int MOST_WRITES = 10;

    @Property(tries = TRIES)
    void sendsReceivesAndDeletionsTakeEffectInOneOrder(@ForAll("scenarios") Scenario<QueueOperation> scenario) {
        assertEquals("", QueueTrial.run(scenario, ChannelQueue::new));
    }

    @Property(tries = TRIES)
    void theDeadTakeNothingWithThem(@ForAll("deadlyScenarios") Scenario<QueueOperation> scenario) {
        assertEquals("", QueueTrial.run(scenario, ChannelQueue::new));
    }

    /** A block may be LINKING by its living sender when a receiver has taken it and dies before he frees it. */
    @Example
    void whatALivingSenderHidesFromASweepIsFreedWhenHeHasGoneOn() {
        List<List<QueueOperation>> programs = List.of(
                List.of(new QueueOperation.Send(1, 3, 3, 9)),
                List.of(new QueueOperation.Receive(3, 0)),
                List.of(new QueueOperation.Sweep()));
        Scenarios.withStopAndDeath(programs, MOST_ACCESSES, MOST_WRITES)
                .forEach(scenario -> assertEquals("", QueueTrial.run(scenario, ChannelQueue::new)));
    }

    @Tag("stress")
    @Property(tries = 100 * TRIES)
    void theSameForLong(@ForAll("deadlyScenarios") Scenario<QueueOperation> scenario) {
        assertEquals("", QueueTrial.run(scenario, ChannelQueue::new));
    }

    @Provide
    static Arbitrary<Scenario<QueueOperation>> scenarios() {
        return Scenarios.of(operations(0), 4, 4).map(Scenarios.numbering(ChannelQueueProperties::number));
    }

    @Provide
    static Arbitrary<Scenario<QueueOperation>> deadlyScenarios() {
        return Scenarios.withDeaths(operations(2), 4, 4, 40).map(Scenarios.numbering(ChannelQueueProperties::number));
    }

    private static Arbitrary<QueueOperation> operations(int sweeps) {
        Arbitrary<Integer> counts = Arbitraries.integers().between(1, 3);
        Arbitrary<Integer> capacities = Arbitraries.integers().between(1, 3);
        Arbitrary<Integer> deadlines = Arbitraries.of(9, 9, 9, 1);
        Arbitrary<QueueOperation> send = Combinators.combine(counts, capacities, deadlines)
                .as((count, capacity, deadline) -> new QueueOperation.Send(0, count, capacity, deadline));
        Arbitrary<QueueOperation> receive =
                Combinators.combine(counts, Arbitraries.of(0, 0, 1)).as(QueueOperation.Receive::new);
        return Arbitraries.frequencyOf(
                Tuple.of(8, send),
                Tuple.of(8, receive),
                Tuple.of(1, Arbitraries.just(new QueueOperation.Delete())),
                Tuple.of(sweeps, Arbitraries.just(new QueueOperation.Sweep())));
    }

    private static QueueOperation number(QueueOperation operation, int thread, int place) {
        return operation instanceof QueueOperation.Send send
                ? new QueueOperation.Send(
                        100 * (thread + 1) + 10 * place, send.count(), send.capacity(), send.deadline())
                : operation;
    }
}

package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.towpath.shm.memory.Scenario;
import dev.towpath.shm.memory.Slice;
import dev.towpath.shm.structure.ChannelQueue;
import dev.towpath.shm.structure.MutantQueue;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Stops before each access of an operation on a channel that is deleted before it goes on, while another channel gets
 * the record, or the blocks: what is sent to one is not received from the other, and neither is taken for corrupt.
 */
class ChannelLivesTest {

    private static final int LONG = 100_000;
    private static final int MOST_ACCESSES = 90;
    private static final int ACCESSES_TO_THE_LAST = 40;
    private static final int SCARCE_BLOCKS = 4;

    /** So many that each of two blocks comes round to the same four bits. */
    private static final int MOST_ROUNDS = 45;

    private static final int ROUNDS_IN_SAME_CHANNEL = 20;

    private static final LivesTrial.Operation RECEIVE = new LivesTrial.Operation(LivesTrial.Kind.RECEIVE, 0, 0);
    private static final LivesTrial.Operation DELETE = new LivesTrial.Operation(LivesTrial.Kind.DELETE, 0, 0);

    private static final List<LivesTrial.Operation> TWO_MESSAGES = List.of(send(0, 1), send(0, 2));

    private static final List<LivesTrial.Operation> END_ONE_AND_BEGIN_ANOTHER =
            List.of(RECEIVE, RECEIVE, RECEIVE, DELETE, send(1, 7), send(1, 8));

    @Test
    void whoSendsFirst() {
        assertEquals("", stopEverywhere(List.of(), send(0, 4), ChannelQueue::new));
    }

    @Test
    void whoLooksForTheLastMessage() {
        assertEquals("", stopEverywhere(TWO_MESSAGES, send(0, 4), ChannelQueue::new));
    }

    @Test
    void whoReceives() {
        assertEquals("", stopEverywhere(TWO_MESSAGES, RECEIVE, ChannelQueue::new));
    }

    @Test
    void whoDeletes() {
        assertEquals("", stopEverywhere(List.of(send(0, 1), RECEIVE), DELETE, ChannelQueue::new));
    }

    @Test
    void aSenderThatMovesTheTailOfAnotherChannelIsFound() {
        assertNotEquals("", stopEverywhere(TWO_MESSAGES, send(0, 4), MutantQueue::withTailBeyondLife));
    }

    @Test
    void aSenderThatWalksIntoAnotherChannelIsFound() {
        assertNotEquals("", stopEverywhere(TWO_MESSAGES, send(0, 4), MutantQueue::withWalkBeyondLife));
    }

    @Test
    void aTailOfFourBitsIsFoundWhenItsBlockHasComeRound() {
        assertNotEquals("", stopWhileBlocksComeRound(MutantQueue::withNarrowTail));
    }

    @Test
    void theRealTailIsNotTakenInByABlockThatHasComeRound() {
        assertEquals("", stopWhileBlocksComeRound(ChannelQueue::new));
    }

    private static LivesTrial.Operation send(int channel, int number) {
        return new LivesTrial.Operation(LivesTrial.Kind.SEND, channel, number);
    }

    /** The first thing that goes wrong, wherever the operation stops and however scarce records and blocks are. */
    private static String stopEverywhere(
            List<LivesTrial.Operation> before, LivesTrial.Operation stopped, TestRegion.QueueMaker queues) {
        List<List<LivesTrial.Operation>> programs =
                List.of(before, List.of(stopped), END_ONE_AND_BEGIN_ANOTHER, List.of(send(1, 9)));
        for (int accesses = 0; accesses < MOST_ACCESSES; accesses++) {
            List<Slice> schedule = stopAfter(accesses);
            for (int blocks = 4; blocks <= 6; blocks++) {
                for (int records = 1; records <= LivesTrial.CHANNELS; records++) {
                    Scenario<LivesTrial.Operation> scenario = new Scenario<>(programs, schedule, List.of());
                    String failure = LivesTrial.run(scenario, records, blocks, queues);
                    if (!failure.isEmpty()) {
                        return records + " records, " + blocks + " blocks: " + failure;
                    }
                }
            }
        }
        return "";
    }

    /** Stops a sender while blocks go through his channel and then another one, more and more, and one stays there. */
    private static String stopWhileBlocksComeRound(TestRegion.QueueMaker queues) {
        List<LivesTrial.Operation> others = new ArrayList<>(List.of(RECEIVE, RECEIVE));
        for (int round = 1; round <= MOST_ROUNDS; round++) {
            int channel = round <= ROUNDS_IN_SAME_CHANNEL ? 0 : 1;
            others.add(send(channel, 10 + round));
            others.add(new LivesTrial.Operation(LivesTrial.Kind.RECEIVE, channel, 0));
            List<LivesTrial.Operation> program = new ArrayList<>(others);
            program.add(send(1, 9));
            List<List<LivesTrial.Operation>> programs = List.of(TWO_MESSAGES, List.of(send(0, 4)), program);
            for (int accesses = 0; accesses < ACCESSES_TO_THE_LAST; accesses++) {
                Scenario<LivesTrial.Operation> scenario = new Scenario<>(programs, stopAfter(accesses), List.of());
                String failure = LivesTrial.run(scenario, LivesTrial.CHANNELS, SCARCE_BLOCKS, queues);
                if (!failure.isEmpty()) {
                    return round + " rounds: " + failure;
                }
            }
        }
        return "";
    }

    private static List<Slice> stopAfter(int accesses) {
        return List.of(
                new Slice(0, LONG, false),
                new Slice(1, accesses, false),
                new Slice(2, LONG, false),
                new Slice(1, LONG, false));
    }
}

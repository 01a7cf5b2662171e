package dev.towpath.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Tests the power of {@link CallHistory} on long histories made at random: it accepts those of a queue whose calls
 * overlap and whose processes are killed, and finds each kind of violation, planted at one place of many.
 */
class CallHistoryProperties {

    private static final int CALLS = 14;
    private static final int ROUNDS = 30;
    private static final int TRIES = 100;
    private static final String UNEXPLAINED = "no order explains round " + ROUNDS;

    @Property(tries = TRIES)
    void historiesOfAQueueAreAccepted(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int capacity) {
        MadeHistory history = new MadeHistory(new Random(seed), capacity, true);
        history.addRounds(ROUNDS, CALLS);
        assertEquals(List.of(), CallHistory.check(history.calls(), capacity));
    }

    @Property(tries = TRIES)
    void aLostMessageIsFound(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int capacity) {
        MadeHistory history = rounds(seed, capacity);
        history.forget(history.anyReceive());
        assertFound("1 lost", history, capacity);
    }

    @Property(tries = TRIES)
    void aMessageThatComesTwiceIsFound(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int capacity) {
        MadeHistory history = rounds(seed, capacity);
        history.repeat(history.anyReceive());
        assertFound("received twice", history, capacity);
    }

    @Property(tries = TRIES)
    void messagesOutOfOrderAreFound(@ForAll long seed, @ForAll @IntRange(min = 2, max = 4) int capacity) {
        assertPlantedIsFound("out of order", MadeHistory.Violation.REORDERED, seed, capacity);
    }

    @Property(tries = TRIES)
    void aMessageBeyondTheCapacityIsFound(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int capacity) {
        assertPlantedIsFound(UNEXPLAINED, MadeHistory.Violation.OVERFULL, seed, capacity);
    }

    @Property(tries = TRIES)
    void aChannelThatIsWronglyEmptyIsFound(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int capacity) {
        assertPlantedIsFound(UNEXPLAINED, MadeHistory.Violation.WRONGLY_EMPTY, seed, capacity);
    }

    @Property(tries = TRIES)
    void aChannelThatIsWronglyFullIsFound(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int capacity) {
        assertPlantedIsFound(UNEXPLAINED, MadeHistory.Violation.WRONGLY_FULL, seed, capacity);
    }

    private static MadeHistory rounds(long seed, int capacity) {
        MadeHistory history = new MadeHistory(new Random(seed), capacity, false);
        history.addRounds(ROUNDS, CALLS);
        return history;
    }

    private static void assertPlantedIsFound(
            String beginning, MadeHistory.Violation violation, long seed, int capacity) {
        MadeHistory history = rounds(seed, capacity);
        history.plant(violation);
        history.addRounds(ROUNDS, CALLS);
        assertFound(beginning, history, capacity);
    }

    private static void assertFound(String beginning, MadeHistory history, int capacity) {
        List<String> found = CallHistory.check(history.calls(), capacity);
        assertTrue(!found.isEmpty() && found.getFirst().startsWith(beginning), found::toString);
    }
}

package dev.towpath.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tests that {@link CallHistory} finds what is wrong with planted histories, and nothing wrong with right ones. */
class CallHistoryTest {

    private static final int CAPACITY = 2;
    private static final long A = Stamp.of(0, 1);
    private static final long B = Stamp.of(1, 1);
    private static final long C = Stamp.of(2, 1);

    private static Call sent(long message, long invoked, long returned) {
        return new Call(0, message, Call.SENT, invoked, returned);
    }

    private static Call refused(long message, long invoked, long returned) {
        return new Call(0, message, Call.REFUSED, invoked, returned);
    }

    private static Call received(long message, long invoked, long returned) {
        return new Call(0, 0, message, invoked, returned);
    }

    private static Call empty(long invoked, long returned) {
        return new Call(0, 0, Call.EMPTY, invoked, returned);
    }

    private static Call killedSending(long message, long invoked) {
        return new Call(0, message, 0, invoked, Long.MAX_VALUE);
    }

    private static Call killedReceiving(long invoked) {
        return new Call(0, 0, 0, invoked, Long.MAX_VALUE);
    }

    private static void assertRight(Call... calls) {
        assertEquals(List.of(), CallHistory.check(List.of(calls), CAPACITY));
    }

    private static void assertWrong(String beginning, Call... calls) {
        List<String> found = CallHistory.check(List.of(calls), CAPACITY);
        assertTrue(!found.isEmpty() && found.getFirst().startsWith(beginning), found::toString);
    }

    @Test
    void oneAfterTheOtherIsRight() {
        assertRight(
                empty(0, 1), sent(A, 2, 3), sent(B, 4, 5), refused(C, 6, 7), received(A, 8, 9), received(B, 10, 11));
    }

    @Test
    void whatOverlapsMayHaveHappenedInAnyOrder() {
        assertRight(sent(A, 0, 10), sent(B, 5, 6), received(B, 7, 8), received(A, 9, 12), empty(1, 2));
    }

    @Test
    void aMessageThatNobodyReceivesIsLost() {
        assertWrong("1 lost", sent(A, 0, 1), empty(2, 3));
        assertWrong("1 lost", sent(A, 0, 1), sent(B, 2, 3), received(B, 4, 5));
    }

    @Test
    void eachKilledReceiverCanHaveTakenOneMessage() {
        assertRight(sent(A, 0, 1), killedReceiving(2));
        assertRight(sent(A, 0, 1), killedReceiving(2), sent(B, 3, 4), received(B, 5, 6), empty(7, 8));
        assertWrong("2 lost", sent(A, 0, 1), sent(B, 2, 3), killedReceiving(4));
    }

    @Test
    void aKilledReceiverHasNotTakenAMessageThatWasPassedBefore() {
        assertWrong("1 lost", sent(A, 0, 1), sent(B, 2, 3), received(B, 4, 5), killedReceiving(6));
    }

    @Test
    void aKilledSenderMayHaveSent() {
        assertRight(killedSending(A, 0), received(A, 1, 2));
        assertRight(killedSending(A, 0), empty(1, 2));
        assertRight(killedSending(A, 0), empty(1, 2), received(A, 3, 4), empty(5, 6));
        assertWrong(
                "no order",
                killedSending(A, 0),
                sent(B, 1, 2),
                received(B, 3, 4),
                empty(5, 6),
                received(A, 7, 8),
                empty(3, 4),
                refused(C, 9, 10));
    }

    @Test
    void aMessageIsReceivedOnce() {
        assertWrong("received twice", sent(A, 0, 1), received(A, 2, 3), received(A, 2, 4));
    }

    @Test
    void onlyWhatWasSentIsReceived() {
        assertWrong("never sent", received(A, 2, 3));
        assertWrong(
                "refused",
                sent(B, 0, 1),
                sent(C, 2, 3),
                refused(A, 4, 5),
                received(A, 6, 7),
                received(B, 8, 9),
                received(C, 10, 11));
    }

    @Test
    void nothingIsReceivedBeforeItIsSent() {
        assertWrong("received before", sent(A, 5, 6), received(A, 2, 3));
    }

    @Test
    void whatWasSentFirstIsReceivedFirst() {
        assertWrong("out of order", sent(A, 0, 1), sent(B, 2, 3), received(B, 4, 5), received(A, 6, 7));
    }

    @Test
    void aChannelIsFullOnlyAtItsCapacity() {
        assertWrong("no order", sent(A, 0, 1), refused(B, 2, 3), received(A, 4, 5));
        assertRight(sent(A, 0, 1), sent(B, 2, 9), refused(C, 3, 4), received(A, 10, 11), received(B, 12, 13));
    }

    @Test
    void aChannelNeverHoldsMoreThanItsCapacity() {
        assertWrong(
                "no order",
                sent(A, 0, 1),
                sent(B, 2, 3),
                sent(C, 4, 5),
                received(A, 6, 7),
                received(B, 8, 9),
                received(C, 10, 11));
        assertRight(
                sent(A, 0, 1),
                sent(B, 2, 3),
                sent(C, 4, 7),
                received(A, 6, 8),
                received(B, 9, 10),
                received(C, 11, 12));
    }

    @Test
    void aChannelIsEmptyOnlyWhenNothingIsInIt() {
        assertWrong("no order", sent(A, 0, 1), empty(2, 3), received(A, 4, 5));
        assertRight(sent(A, 0, 3), empty(2, 4), received(A, 5, 6));
    }

    @Test
    void oneWrongMessageInManyCallsIsFound() {
        MadeHistory history = new MadeHistory(new Random(1), 50, false);
        history.addRounds(1, 300_000);
        assertEquals(List.of(), CallHistory.checkOrder(history.calls()));
        List<Call> lost = new ArrayList<>(history.calls());
        lost.remove(history.anyReceive());
        assertEquals(1, CallHistory.checkOrder(lost).size());
        history.plant(MadeHistory.Violation.REORDERED);
        assertEquals(1, CallHistory.checkOrder(history.calls()).size());
    }
}

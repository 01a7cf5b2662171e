package dev.towpath.shm;

import dev.towpath.Message;
import dev.towpath.Receiver;
import dev.towpath.Sender;
import java.util.ArrayList;
import java.util.List;

/** Makes calls on a channel and notes them in a journal, which outlives the process whatever kills it. */
final class CallLog {

    private static final int ROUND_AT = 0;
    private static final int MESSAGE_AT = 1;
    private static final int INVOKED_AT = 2;
    private static final int RESULT_AT = 3;
    private static final int RETURNED_AT = 4;
    private static final int WORDS = 5;

    private final Journal journal;
    private int next;

    CallLog(Journal journal) {
        this.journal = journal;
    }

    boolean isFull() {
        return next > Journal.MOST - WORDS * 10_000;
    }

    /** Tries to send. */
    void send(int round, Sender sender, long message) {
        byte[] payload = Stamp.payload(message);
        invoke(round, message);
        boolean sent = sender.trySend(payload);
        end(sent ? Call.SENT : Call.REFUSED, System.nanoTime());
    }

    /** Tries to receive; returns whether there was a message. */
    boolean receive(int round, Receiver receiver) {
        invoke(round, 0);
        Message message = receiver.tryReceive();
        long returned = System.nanoTime();
        end(message == null ? Call.EMPTY : Stamp.read(message.bytes()), returned);
        return message != null;
    }

    private void invoke(int round, long message) {
        journal.set(next + ROUND_AT, round);
        journal.set(next + MESSAGE_AT, message);
        journal.set(next + INVOKED_AT, System.nanoTime());
    }

    private void end(long result, long returned) {
        journal.set(next + RETURNED_AT, returned);
        journal.set(next + RESULT_AT, result); // last: without it the call has not returned
        next += WORDS;
    }

    /** Reads what a process has noted. */
    static List<Call> read(Journal journal) {
        List<Call> calls = new ArrayList<>();
        for (int at = 0; at + WORDS <= Journal.MOST && journal.get(at + INVOKED_AT) != 0; at += WORDS) {
            long result = journal.get(at + RESULT_AT);
            calls.add(new Call(
                    (int) journal.get(at + ROUND_AT),
                    journal.get(at + MESSAGE_AT),
                    result,
                    journal.get(at + INVOKED_AT),
                    result == 0 ? Long.MAX_VALUE : journal.get(at + RETURNED_AT)));
        }
        return calls;
    }
}

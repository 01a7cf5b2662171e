package dev.towpath.shm;

import org.jspecify.annotations.Nullable;

/**
 * A call that a process has made on a channel, by the clock that all processes share.
 *
 * @param round in which round of calls; before and after a round nobody is in a call
 * @param message what was to be sent; 0 if the call is a receive
 * @param result {@link #SENT} or {@link #REFUSED} of a send; the message or {@link #EMPTY} of a receive; 0 if the
 *     process was killed before the call returned, so that it may have happened or not
 * @param invoked when it began, in nanoseconds
 * @param returned when it ended; {@link Long#MAX_VALUE} if it did not
 */
record Call(int round, long message, long result, long invoked, long returned) {

    static final long SENT = -1;
    static final long REFUSED = -2;
    static final long EMPTY = -3;

    boolean isSend() {
        return message != 0;
    }

    boolean hasReturned() {
        return result != 0;
    }

    /** The message that this call has received, or null if it is none that has. */
    @Nullable
    Long received() {
        return !isSend() && result > 0 ? Long.valueOf(result) : null;
    }

    @Override
    public String toString() {
        String what = isSend() ? "send " + text(message) : "receive";
        String end = hasReturned() ? " → " + text(result) + " at " + returned : " †";
        return what + " at " + invoked + end;
    }

    private static String text(long value) {
        if (value > 0) {
            return Stamp.sender(value) + "." + Stamp.sequence(value);
        }
        return value == SENT ? "sent" : value == REFUSED ? "refused" : "empty";
    }
}

package dev.towpath.shm;

import dev.towpath.shm.memory.Event;
import dev.towpath.shm.memory.Linearizability;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Judges whether calls that processes have made on one channel are those of a first-in, first-out queue of bounded
 * length, in which each call takes effect at one moment between its invocation and its return. A call whose process was
 * killed in it may have taken effect at any moment after its invocation, or not at all.
 *
 * <p>Losses, duplicates and order are judged over the whole history, in O(n log n): with messages that are all
 * different, a history without refusals and empty receives is that of a queue exactly if nothing is received that was
 * not sent, or before, or twice, and of any two messages of which one was sent before the other, the later one is not
 * received before the other (T. Henzinger, A. Sezgin, V. Vafeiadis, "Aspect-oriented linearizability proofs", 2013).
 * Whether a channel was really full or empty when it said so is judged by a search through each round.
 */
final class CallHistory {

    /** A message's way: between which times it was sent, and between which it was received. */
    private record Way(long message, long sendInvoked, long sendReturned, long receiveInvoked, long receiveReturned) {}

    private final List<Call> calls;
    private final Map<Long, Call> receives = new HashMap<>();
    private final List<String> violations = new ArrayList<>();

    private CallHistory(List<Call> calls) {
        this.calls = calls;
    }

    /** Says what is wrong; empty if all is well. */
    static List<String> check(List<Call> calls, int capacity) {
        CallHistory history = new CallHistory(calls);
        history.checkMessages();
        if (history.violations.isEmpty()) { // otherwise the search would find the same, slowly
            history.checkRounds(capacity);
        }
        return history.violations;
    }

    /** Losses, duplicates and order alone, for rounds that are too long for a search. */
    static List<String> checkOrder(List<Call> calls) {
        CallHistory history = new CallHistory(calls);
        history.checkMessages();
        return history.violations;
    }

    private void checkMessages() {
        Map<Long, Call> sends = new HashMap<>();
        calls.stream().filter(Call::isSend).forEach(call -> sends.put(call.message(), call));
        for (Call call : calls) {
            Long message = call.received();
            if (message != null) {
                checkReceipt(call, sends.get(message), receives.put(message, call));
            }
        }
        List<Way> received = new ArrayList<>();
        List<Call> lost = new ArrayList<>();
        for (Call send : sends.values()) {
            Call receive = receives.get(send.message());
            if (receive != null) {
                received.add(new Way(
                        send.message(), send.invoked(), send.returned(), receive.invoked(), receive.returned()));
            } else if (send.result() == Call.SENT) {
                lost.add(send);
            }
        }
        received.sort(Comparator.comparingLong(Way::sendInvoked));
        checkOrderOf(received);
        checkLost(lost, received);
    }

    private void checkReceipt(Call receive, Call send, Call other) {
        if (other != null) {
            violations.add("received twice: " + receive + "; " + other);
        } else if (send == null) {
            violations.add("never sent: " + receive);
        } else if (send.result() == Call.REFUSED) {
            violations.add("refused: " + send + "; " + receive);
        } else if (receive.returned() < send.invoked()) {
            violations.add("received before it was sent: " + send + "; " + receive);
        }
    }

    /** No message may be received before one that was sent before it. */
    private void checkOrderOf(List<Way> bySendInvoked) {
        List<Way> bySendReturned = new ArrayList<>(bySendInvoked);
        bySendReturned.sort(Comparator.comparingLong(Way::sendReturned));
        Way latest = null; // of all that were sent before, the one whose receive began last
        int before = 0;
        for (Way way : bySendInvoked) {
            while (before < bySendReturned.size() && bySendReturned.get(before).sendReturned() < way.sendInvoked()) {
                Way candidate = bySendReturned.get(before++);
                latest = latest == null || candidate.receiveInvoked() > latest.receiveInvoked() ? candidate : latest;
            }
            if (latest != null && way.receiveReturned() < latest.receiveInvoked()) {
                violations.add("out of order: " + latest + " and " + way);
            }
        }
    }

    /**
     * A lost message must have been taken by a receive whose process was killed in it, one for each, and that must have
     * begun before a message was received that was sent later.
     */
    private void checkLost(List<Call> lost, List<Way> bySendInvoked) {
        long[] firstReceipts = new long[bySendInvoked.size() + 1];
        firstReceipts[bySendInvoked.size()] = Long.MAX_VALUE;
        for (int i = bySendInvoked.size() - 1; i >= 0; i--) {
            firstReceipts[i] =
                    Math.min(firstReceipts[i + 1], bySendInvoked.get(i).receiveReturned());
        }
        long[] limits = lost.stream()
                .mapToLong(send -> firstReceipts[firstSentAfter(bySendInvoked, send.returned())])
                .sorted()
                .toArray();
        long[] killed = calls.stream()
                .filter(call -> !call.isSend() && !call.hasReturned())
                .mapToLong(Call::invoked)
                .sorted()
                .toArray();
        for (int i = 0; i < limits.length; i++) {
            if (i >= killed.length || killed[i] > limits[i]) {
                violations.add(lost.size() + " lost, such as " + lost.getFirst() + ", and only "
                        + Math.min(i, killed.length) + " killed receivers can have taken one");
                return;
            }
        }
    }

    private static int firstSentAfter(List<Way> bySendInvoked, long time) {
        int low = 0;
        int high = bySendInvoked.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (bySendInvoked.get(middle).sendInvoked() > time) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** Searches each round, at whose beginning the channel is empty, for an order that explains all results. */
    private void checkRounds(int capacity) {
        Map<Integer, List<Call>> rounds = new TreeMap<>();
        calls.forEach(call ->
                rounds.computeIfAbsent(call.round(), round -> new ArrayList<>()).add(call));
        rounds.forEach((round, ofRound) -> {
            if (!Linearizability.holds(events(ofRound), List.of(), new Queue(capacity)::after)) {
                violations.add("no order explains round " + round + ": " + ofRound);
            }
        });
    }

    /** The same calls, with times that are small numbers in the same order. */
    private static List<Event<Call>> events(List<Call> calls) {
        long[] times = calls.stream()
                .flatMapToLong(call -> Arrays.stream(new long[] {call.invoked(), call.returned()}))
                .sorted()
                .distinct()
                .toArray();
        return calls.stream()
                .map(call -> new Event<>(
                        0,
                        call,
                        call.hasReturned() ? Long.valueOf(call.result()) : null,
                        Arrays.binarySearch(times, call.invoked()),
                        Arrays.binarySearch(times, call.returned())))
                .toList();
    }

    /** What a channel means: a list of bounded length. */
    private record Queue(int capacity) {

        List<List<Long>> after(List<Long> state, Call call, Object result) {
            return call.isSend() ? afterSend(state, call) : afterReceive(state, call);
        }

        private List<List<Long>> afterSend(List<Long> state, Call call) {
            boolean full = state.size() >= capacity;
            if (call.result() == Call.REFUSED) {
                return full ? List.of(state) : List.of();
            }
            if (full) {
                return List.of();
            }
            List<Long> longer = new ArrayList<>(state);
            longer.add(call.message());
            return List.of(longer);
        }

        private static List<List<Long>> afterReceive(List<Long> state, Call call) {
            if (call.result() == Call.EMPTY) {
                return state.isEmpty() ? List.of(state) : List.of();
            }
            boolean fits = !state.isEmpty() && (!call.hasReturned() || state.getFirst() == call.result());
            return fits ? List.of(List.copyOf(state.subList(1, state.size()))) : List.of();
        }
    }
}

package dev.towpath.shm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * Makes up calls on a queue of bounded length, in rounds at whose ends it is empty, and plants violations in them.
 *
 * <p>Each call takes effect at a moment of its own. It begins and ends right there, or, if calls are to overlap, some
 * moments before and after. Where calls overlap, some processes are killed in them.
 */
final class MadeHistory {

    /** What can be planted. */
    enum Violation {
        REORDERED,
        OVERFULL,
        WRONGLY_EMPTY,
        WRONGLY_FULL
    }

    private static final long MOMENT = 10;
    private static final int OVERLAP = 4;
    private static final int ONE_KILLED_IN = 10;

    private final Random random;
    private final int capacity;
    private final boolean overlapping;
    private final Deque<Long> queue = new ArrayDeque<>();
    private final List<Call> calls = new ArrayList<>();
    private int round;
    private int sequence;
    private long now = MOMENT * OVERLAP;

    MadeHistory(Random random, int capacity, boolean overlapping) {
        this.random = random;
        this.capacity = capacity;
        this.overlapping = overlapping;
    }

    List<Call> calls() {
        return Collections.unmodifiableList(calls);
    }

    /** Adds rounds of some calls, of which the last ones receive what is left. */
    void addRounds(int rounds, int callsPerRound) {
        for (int i = 0; i < rounds; i++) {
            for (int j = 0; j < callsPerRound; j++) {
                if (random.nextBoolean()) {
                    send();
                } else {
                    receive();
                }
            }
            endRound();
        }
    }

    private void endRound() {
        now += 2 * MOMENT * OVERLAP;
        while (!queue.isEmpty()) {
            receive();
        }
        receive();
        now += 2 * MOMENT * OVERLAP;
        round++;
    }

    private void send() {
        long message = Stamp.of(1, sequence++);
        boolean fits = queue.size() < capacity;
        if (fits) {
            queue.add(message);
        }
        add(message, fits ? Call.SENT : Call.REFUSED);
    }

    private void receive() {
        add(0, queue.isEmpty() ? Call.EMPTY : queue.remove());
    }

    private void add(long message, long result) {
        now += MOMENT;
        boolean killed = overlapping && random.nextInt(ONE_KILLED_IN) == 0;
        calls.add(
                new Call(round, message, killed ? 0 : result, now - reach(), killed ? Long.MAX_VALUE : now + reach()));
    }

    private long reach() {
        return overlapping ? random.nextLong(MOMENT * OVERLAP) : 1;
    }

    /** Adds a round with something in it that cannot be. */
    void plant(Violation violation) {
        switch (violation) {
            case REORDERED -> {
                send();
                send();
                queue.addLast(queue.removeFirst());
            }
            case OVERFULL -> {
                for (int i = 0; i <= capacity; i++) {
                    long message = Stamp.of(1, sequence++);
                    queue.add(message);
                    add(message, Call.SENT);
                }
            }
            case WRONGLY_EMPTY -> {
                send();
                add(0, Call.EMPTY);
            }
            case WRONGLY_FULL -> add(Stamp.of(1, sequence++), Call.REFUSED);
        }
        endRound();
    }

    /** Some call that has received a message. */
    Call anyReceive() {
        List<Call> all = calls.stream().filter(call -> call.received() != null).toList();
        return all.get(random.nextInt(all.size()));
    }

    /** Takes a call out. */
    void forget(Call call) {
        calls.remove(call);
    }

    /** Adds a call with the same result at the end. */
    void repeat(Call call) {
        add(0, call.result());
    }
}

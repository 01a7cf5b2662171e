package dev.towpath.shm;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Balances what senders have noted against what receivers have noted.
 *
 * <p>A sender's note about message {@code n} is {@link #ATTEMPTED} before the call and {@link #RETURNED} plus the
 * number of channels that took it afterwards. A receiver's note is the stamp; the number of the channel is in the
 * upper byte.
 */
final class Ledger {

    static final long ATTEMPTED = 1;
    static final long RETURNED = 2;

    /** How many messages a drain can have in its hands. */
    static final int DRAINED_AT_ONCE = 64;

    private static final int CHANNEL_SHIFT = 56;

    private final Map<Integer, Journal> senders = new HashMap<>();
    private final Map<Long, BitSet> received = new HashMap<>();
    private final Map<Integer, int[]> receipts = new HashMap<>();
    private final List<String> wrongs = new ArrayList<>();
    private long messages;
    private long lost;

    /** A receiver's note. */
    static long receipt(long stamp, int channel) {
        return stamp | (long) channel << CHANNEL_SHIFT;
    }

    void sender(int number, Journal journal) {
        senders.put(number, journal);
        receipts.put(number, new int[journal.length()]);
    }

    /** Reads what a receiver has got; the numbers of each sender must grow on each channel. */
    void receiver(Journal journal) {
        int length = journal.length();
        Map<Long, Integer> latest = new HashMap<>();
        for (int i = 0; i < length; i++) {
            long receipt = journal.get(i);
            long stamp = receipt & (1L << CHANNEL_SHIFT) - 1;
            long line = (receipt >>> CHANNEL_SHIFT) << 32 | Stamp.sender(stamp);
            int sequence = Stamp.sequence(stamp);
            Integer before = latest.put(line, sequence);
            if (before != null && before >= sequence) {
                wrongs.add("on line " + Long.toHexString(line) + " came " + sequence + " after " + before);
            }
            note(line, stamp);
        }
    }

    private void note(long line, long stamp) {
        int sequence = Stamp.sequence(stamp);
        BitSet known = received.computeIfAbsent(line, key -> new BitSet());
        int[] counts = receipts.get(Stamp.sender(stamp));
        if (known.get(sequence)) {
            wrongs.add("message " + sequence + " came twice on line " + Long.toHexString(line));
        } else if (counts == null || sequence >= counts.length) {
            wrongs.add("message " + sequence + " of " + Stamp.sender(stamp) + " was never sent");
        } else {
            known.set(sequence);
            counts[sequence]++;
            messages++;
        }
    }

    /** Compares; returns what was wrong, which losses are not. */
    List<String> balance() {
        senders.forEach((number, journal) -> {
            int[] counts = receipts.get(number);
            for (int i = 0; i < counts.length; i++) {
                long returned = journal.get(i) - RETURNED;
                if (returned >= 0 && counts[i] > returned) {
                    wrongs.add("message " + i + " of " + number + " came " + counts[i] + " times, not " + returned);
                } else if (returned >= 0) {
                    lost += returned - counts[i];
                }
            }
        });
        return wrongs.size() <= 10 ? wrongs : wrongs.subList(0, 10);
    }

    /** How many messages were received. */
    long messages() {
        return messages;
    }

    /** How many accepted messages nobody has noted as received. */
    long lost() {
        return lost;
    }
}

package dev.towpath.shm;

import java.nio.ByteBuffer;

/**
 * A number that says who sent a message and where in his sequence, and payloads that carry it and show when they are
 * torn.
 */
final class Stamp {

    private static final int SEQUENCE_BITS = 32;
    private static final int[] LENGTHS = {8, 40, 200, 24, 300, 64, 1_500, 100, 9, 256};
    private static final int LONG_EVERY = 997;
    private static final int LONG = 70_000;

    private Stamp() {}

    /** Makes a stamp, which is not zero. */
    static long of(int sender, int sequence) {
        return (long) (sender + 1) << SEQUENCE_BITS | sequence;
    }

    static int sender(long stamp) {
        return (int) (stamp >>> SEQUENCE_BITS) - 1;
    }

    static int sequence(long stamp) {
        return (int) stamp;
    }

    /** A payload of a length that follows from the sequence: mostly short, sometimes of several blocks. */
    static byte[] payload(long stamp) {
        int sequence = sequence(stamp);
        return payload(stamp, sequence % LONG_EVERY == LONG_EVERY - 1 ? LONG : LENGTHS[sequence % LENGTHS.length]);
    }

    static byte[] payload(long stamp, int length) {
        byte[] payload = new byte[length];
        ByteBuffer.wrap(payload).putLong(stamp);
        for (int i = Long.BYTES; i < length; i++) {
            payload[i] = filler(stamp, i);
        }
        return payload;
    }

    private static byte filler(long stamp, int i) {
        return (byte) (stamp * 31 + (stamp >>> SEQUENCE_BITS) + i * 7L);
    }

    /** Reads the stamp of a payload and checks every byte. */
    static long read(byte[] payload) {
        long stamp = ByteBuffer.wrap(payload).getLong();
        for (int i = Long.BYTES; i < payload.length; i++) {
            if (payload[i] != filler(stamp, i)) {
                throw new AssertionError("message " + sequence(stamp) + " of " + sender(stamp) + " is torn at " + i);
            }
        }
        return stamp;
    }
}

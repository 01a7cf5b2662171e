package dev.towpath.redis;

import dev.towpath.Message;
import dev.towpath.UnreadableMessageException;
import org.jspecify.annotations.Nullable;

/** Is what was received from a queue: a message, or what cannot be read. Immutable. */
final class Arrival {
    private final String queue;
    private final double score;
    private final @Nullable Message message;
    private final @Nullable UnreadableMessageException failure;
    private final byte @Nullable [] map;

    private Arrival(
            String queue,
            double score,
            @Nullable Message message,
            @Nullable UnreadableMessageException failure,
            byte @Nullable [] map) {
        this.queue = queue;
        this.score = score;
        this.message = message;
        this.failure = failure;
        this.map = map;
    }

    /**
     * Creates a message.
     *
     * @param queue the queue it was taken from
     * @param score when it was sent, as the server keeps it
     * @param map what has travelled, without mark and decrypted
     */
    static Arrival of(String queue, double score, Message message, byte[] map) {
        return new Arrival(queue, score, message, null, map);
    }

    /** Creates what cannot be read. */
    static Arrival unreadable(String queue, double score, UnreadableMessageException failure) {
        return new Arrival(queue, score, null, failure, null);
    }

    String queue() {
        return queue;
    }

    double score() {
        return score;
    }

    /** What has travelled, to be sent again; null if it cannot be read. */
    byte @Nullable [] map() {
        return map;
    }

    /** Gives the message, or throws. */
    Message open() {
        if (message != null) {
            return message;
        }
        throw failure == null ? new IllegalStateException("neither message nor failure") : failure;
    }
}

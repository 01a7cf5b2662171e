package dev.towpath.rabbitmq;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Says that the broker has a queue of the inbox's name already: most often the inbox of the connection that was lost.
 */
final class InboxTakenException extends IOException {
    private static final long serialVersionUID = 1L;

    /** How long the broker is given to find out that the other connection is gone. */
    static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    InboxTakenException(String inbox) {
        super("the queue " + inbox + " exists already");
    }
}

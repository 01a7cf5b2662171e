package dev.towpath.rabbitmq;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.ChannelContinuationTimeoutException;
import com.rabbitmq.client.ShutdownSignalException;
import dev.towpath.BackendUnavailableException.Outcome;
import dev.towpath.waiting.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Asks the broker for things over the consuming connection, which it does not stop reading when its memory is used up,
 * and says in the API's terms what went wrong. Thread-safe.
 */
final class Orders {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Something that is asked over a session. */
    @FunctionalInterface
    private interface Question<T extends @Nullable Object> {
        T ask(ConsumeSession session) throws IOException;
    }

    private final Reconnector<ConsumeSession> reconnector;
    private final Duration timeout;

    Orders(Reconnector<ConsumeSession> reconnector, Duration timeout) {
        this.reconnector = reconnector;
        this.timeout = timeout;
    }

    /** Stands for the connection there is now; what was declared over another may be gone. */
    @Nullable
    Object session() {
        return reconnector.current();
    }

    /** Asks for what may be asked for again, as often as the connection is lost before the answer comes. */
    <T extends @Nullable Object> T repeatedly(Channels.Call<T> call) {
        return ask(session -> session.channels().call(call), true);
    }

    /** Asks for what must not be asked for again once the broker may have heard it. */
    <T extends @Nullable Object> T once(Channels.Call<T> call) {
        return ask(session -> session.channels().call(call), false);
    }

    /** Returns when everything has arrived that was confirmed to be in the inbox before. */
    void awaitArrivals() {
        ask(
                session -> {
                    session.awaitArrivals();
                    return session;
                },
                true);
    }

    private <T extends @Nullable Object> T ask(Question<T> question, boolean repeatable) {
        Deadline deadline = Deadline.after(timeout);
        Outcome outcome = Outcome.NOT_SENT;
        while (true) {
            ConsumeSession session = reconnector.await(deadline);
            Exception failure;
            try {
                return Shield.call(() -> question.ask(session));
            } catch (AlreadyClosedException e) {
                failure = e;
            } catch (IOException | ShutdownSignalException e) {
                Refused refused = Refused.in(e);
                if (refused != null) {
                    throw refused;
                }
                if (e instanceof ChannelContinuationTimeoutException) {
                    session.connection().sever(); // a late answer would be taken for that of another question
                }
                outcome = Outcome.UNKNOWN;
                failure = e;
            }
            if (deadline.isOver() || (outcome == Outcome.UNKNOWN && !repeatable)) {
                throw reconnector.unanswered(outcome, failure);
            }
            LockSupport.parkNanos(PAUSE_NANOS); // until the reconnector has noticed as well
        }
    }
}

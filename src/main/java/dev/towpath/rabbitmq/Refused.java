package dev.towpath.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;

/**
 * Says that the broker has refused an order, and closed the AMQP channel that the order came over. Never leaves the
 * layer.
 */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What the broker calls the reason, as a number. */
    private final int code;

    private Refused(int code, Throwable cause) {
        super(cause);
        this.code = code;
    }

    int code() {
        return code;
    }

    /** Finds a refusal in what the client threw, or null if the connection was lost instead. */
    static @Nullable Refused in(Throwable thrown) {
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            if (each instanceof ShutdownSignalException signal && !signal.isHardError() && codeOf(signal) != 0) {
                return new Refused(codeOf(signal), thrown);
            }
        }
        return null;
    }

    /** Gives the number with which the broker has closed a channel or a connection, or 0 if it did not. */
    static int codeOf(ShutdownSignalException signal) {
        Method reason = signal.getReason();
        if (reason instanceof AMQP.Channel.Close close) {
            return close.getReplyCode();
        }
        return reason instanceof AMQP.Connection.Close close ? close.getReplyCode() : 0;
    }

    /** Says why, in the broker's words. */
    String reason() {
        String reason = "";
        for (Throwable each = getCause(); each != null; each = each.getCause()) {
            reason = String.valueOf(each.getMessage());
        }
        return reason;
    }
}

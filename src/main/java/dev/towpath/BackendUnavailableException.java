package dev.towpath;

import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reports that the server behind a layer could not be reached, or did not answer in time, and whether it may have done
 * what it was asked to.
 *
 * <p>A layer tries again by itself as long as it is certain that nothing was done, and its time limits allow it. What
 * may have been done is not repeated, because a repeated send could deliver a message twice.
 */
public final class BackendUnavailableException extends ChannelLayerException {
    private static final long serialVersionUID = 1L;

    /** What became of the operation. */
    public enum Outcome {
        /** The server has certainly not done it: it may be tried again. */
        NOT_SENT,
        /** The server may have done it or not: whoever tries again may do it twice. */
        UNKNOWN
    }

    /** Where the server is. */
    private final URI uri;

    /** What became of the operation. */
    private final Outcome outcome;

    /**
     * Creates the exception. For those who write a layer.
     *
     * @param uri where the server is; a user and a password in it are left out
     * @param outcome what became of the operation
     * @param cause what went wrong, if there is more to say
     */
    public BackendUnavailableException(URI uri, Outcome outcome, @Nullable Throwable cause) {
        super(describe(withoutUser(uri), Objects.requireNonNull(outcome, "outcome"), cause), cause);
        this.uri = withoutUser(uri);
        this.outcome = outcome;
    }

    private static String describe(URI uri, Outcome outcome, @Nullable Throwable cause) {
        String what = outcome == Outcome.NOT_SENT
                ? "nothing was sent to it"
                : "what it was asked may have been done or not, and was not repeated";
        return uri + " is unavailable, " + what + (cause == null ? "" : ": " + cause.getMessage());
    }

    private static URI withoutUser(URI uri) {
        String user = Objects.requireNonNull(uri, "uri").getRawUserInfo();
        return user == null ? uri : URI.create(uri.toString().replace(user + "@", ""));
    }

    /**
     * Gives the server's address.
     *
     * @return where the server is, without user and password
     */
    public URI uri() {
        return uri;
    }

    /**
     * Tells whether the operation may have been done.
     *
     * @return what became of it
     */
    public Outcome outcome() {
        return outcome;
    }
}

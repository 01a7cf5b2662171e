package dev.towpath;

import org.jspecify.annotations.Nullable;

/**
 * Reports what can go wrong in a channel layer although it was used rightly. Each kind is a final subclass with typed
 * accessors; layers add kinds of their own.
 */
public abstract class ChannelLayerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message what went wrong, with the values that matter
     */
    protected ChannelLayerException(String message) {
        super(message);
    }

    /**
     * Creates an exception.
     *
     * @param message what went wrong, with the values that matter
     * @param cause what it comes from, if anything
     */
    protected ChannelLayerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

package dev.towpath;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reports that a server holds something else where a layer keeps its messages or groups: other programs use it too. */
public final class WireFormatException extends ChannelLayerException {
    private static final long serialVersionUID = 1L;

    /** What the server calls the thing. */
    private final String key;

    /**
     * Creates the exception. For those who write a layer.
     *
     * @param key what the server calls the thing that was found
     * @param found what it is instead of what it should be
     * @param cause what the server said, if anything
     */
    public WireFormatException(String key, String found, @Nullable Throwable cause) {
        super(key + " on the server is not what a layer keeps there, but " + found, cause);
        this.key = Objects.requireNonNull(key, "key");
    }

    /**
     * Gives the name of what was found.
     *
     * @return what the server calls it
     */
    public String key() {
        return key;
    }
}

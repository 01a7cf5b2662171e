package dev.towpath;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Collects the options that all layers share, and opens a layer.
 *
 * <p>A builder is for one thread. It may open several layers, and may be changed in between.
 *
 * @param <B> the type of the builder itself, which each setter returns
 */
public abstract class LayerBuilder<B extends LayerBuilder<B>> {
    private static final Logger LOGGER = System.getLogger(LayerBuilder.class.getName());
    private static final int GOOD_KEY_BYTES = 32;
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private Duration expiry = Duration.ofSeconds(60);
    private Duration groupExpiry = Duration.ofDays(1);
    private CapacityRules capacityRules = CapacityRules.of(100);
    private int maxMessageSize = 1 << 20;
    private List<String> encryptionKeys = List.of();

    /** Creates a builder with the defaults. */
    protected LayerBuilder() {}

    /**
     * Sets how long a message may wait before it expires.
     *
     * @param expiry the time, more than zero; 60 seconds by default. More than 36,500 days are 36,500 days.
     * @return this builder
     * @throws IllegalArgumentException if it is zero or negative
     */
    public B expiry(Duration expiry) {
        this.expiry = requirePositive("expiry", expiry);
        return self();
    }

    /**
     * Sets how long a channel stays in a group after it was last added.
     *
     * @param groupExpiry the time, more than zero; one day by default. More than 36,500 days are 36,500 days.
     * @return this builder
     * @throws IllegalArgumentException if it is zero or negative
     */
    public B groupExpiry(Duration groupExpiry) {
        this.groupExpiry = requirePositive("groupExpiry", groupExpiry);
        return self();
    }

    /**
     * Sets how many messages may wait in a channel that no rule matches.
     *
     * @param capacity the number, at least 1; 100 by default
     * @return this builder
     * @throws IllegalArgumentException if it is less than 1
     */
    public B capacity(int capacity) {
        capacityRules = capacityRules.withDefault(capacity);
        return self();
    }

    /**
     * Sets how many messages may wait in the channels whose whole name a glob matches. Rules are tried in the order
     * given, and the first that matches wins. A rule sees the full name that is sent to; see
     * {@link CapacityRules#with(String, int)} for what a glob may contain.
     *
     * @param glob the glob, not empty
     * @param capacity the number, at least 1
     * @return this builder
     * @throws IllegalArgumentException if {@code glob} is empty or {@code capacity} is less than 1
     */
    public B capacity(String glob, int capacity) {
        capacityRules = capacityRules.with(glob, capacity);
        return self();
    }

    /**
     * Sets how many messages may wait in the channels whose name a regular expression matches from the start; it need
     * not match to the end. Rules are tried in the order given, and the first that matches wins. A rule sees the full
     * name that is sent to.
     *
     * @param regex the regular expression
     * @param capacity the number, at least 1
     * @return this builder
     * @throws IllegalArgumentException if {@code capacity} is less than 1
     */
    public B capacity(Pattern regex, int capacity) {
        capacityRules = capacityRules.with(regex, capacity);
        return self();
    }

    /**
     * Sets the longest message, once encoded.
     *
     * @param bytes the length in bytes, at least 1; 1 MiB by default
     * @return this builder
     * @throws IllegalArgumentException if it is less than 1
     */
    public B maxMessageSize(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("bad maxMessageSize " + bytes + ": it must be at least 1 byte");
        }
        maxMessageSize = bytes;
        return self();
    }

    /**
     * Sets with which keys messages are encrypted. The first encrypts, and each is tried to decrypt: so a key is
     * replaced by giving all processes the new one and the old, then the new one alone. How messages are encrypted is
     * said by each layer; names of channels and groups never are.
     *
     * <p>A message that none of the keys opens is received as an {@link UnreadableMessageException}, which has its
     * bytes. The longest message is counted before it is encrypted.
     *
     * <p>Keys should be long and random, because they are not stretched: one that a person can remember can be guessed.
     * For each that is shorter than 32 bytes of UTF-8 a warning is logged.
     *
     * @param keys the keys, none of them empty; an empty list, the default, means that nothing is encrypted
     * @return this builder
     * @throws IllegalArgumentException if one of the keys is empty
     * @throws UnsupportedOperationException if the layer does not encrypt
     */
    public B encryptionKeys(List<String> keys) {
        Objects.requireNonNull(keys, "keys").forEach(key -> Objects.requireNonNull(key, "key"));
        List<String> copy = List.copyOf(keys);
        for (int i = 0; i < copy.size(); i++) {
            if (copy.get(i).isEmpty()) {
                throw new IllegalArgumentException("bad encryption key " + (i + 1) + ": it must not be empty");
            }
        }
        for (int i = 0; i < copy.size(); i++) {
            warnIfShort(i + 1, copy.get(i).getBytes(StandardCharsets.UTF_8).length);
        }
        encryptionKeys = copy;
        return self();
    }

    private static void warnIfShort(int number, int bytes) {
        if (bytes < GOOD_KEY_BYTES) {
            LOGGER.log(
                    Level.WARNING,
                    "encryption key {0} has only {1} bytes: use {2} random characters or more",
                    number,
                    bytes,
                    GOOD_KEY_BYTES);
        }
    }

    /**
     * Opens a layer with the options as they are now.
     *
     * @return the layer, to be closed by the caller
     */
    public abstract ChannelLayer open();

    /**
     * Gives how long a message may wait.
     *
     * @return more than zero, and at most 36,500 days, so that its nanoseconds fit a {@code long}
     */
    protected final Duration expiry() {
        return expiry;
    }

    /**
     * Gives how long a channel stays in a group.
     *
     * @return more than zero, and at most 36,500 days, so that its nanoseconds fit a {@code long}
     */
    protected final Duration groupExpiry() {
        return groupExpiry;
    }

    /**
     * Gives how many messages may wait in which channel.
     *
     * @return the rules, immutable
     */
    protected final CapacityRules capacityRules() {
        return capacityRules;
    }

    /**
     * Gives the longest message.
     *
     * @return its length in bytes, at least 1
     */
    protected final int maxMessageSize() {
        return maxMessageSize;
    }

    /**
     * Gives the keys that messages are encrypted with.
     *
     * @return the keys, unmodifiable; empty if nothing is encrypted
     */
    protected final List<String> encryptionKeys() {
        return encryptionKeys;
    }

    @SuppressWarnings("unchecked") // B is the type of this very object, as the class comment says
    private B self() {
        return (B) this;
    }

    private static Duration requirePositive(String what, Duration duration) {
        Objects.requireNonNull(duration, what);
        if (!duration.isPositive()) {
            throw new IllegalArgumentException("bad " + what + " " + duration + ": it must be more than zero");
        }
        return duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
    }
}

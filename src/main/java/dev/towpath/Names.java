package dev.towpath;

import java.security.SecureRandom;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * Checks and makes the names of channels and groups. For those who write a layer.
 *
 * <p>A channel name is one or more ASCII letters, digits, {@code .}, {@code _} or {@code -}, then optionally one
 * {@code ?} or {@code !} followed by any number of the same characters: {@value #MAX_LENGTH} characters at most. A name
 * that ends in {@code ?} is not a channel but a pattern, from which {@link #random(String)} makes one.
 *
 * <p>The checks give back the name they were given. They throw {@link IllegalArgumentException} with the name and the
 * rule it breaks, or {@link NullPointerException} with the name of the parameter.
 */
public final class Names {
    private static final int RANDOM_LENGTH = 16;
    private static final int LEAST_RANDOM_LENGTH = 12;

    /** The most characters a name can have. */
    public static final int MAX_LENGTH = 99;

    /** The most characters a pattern can have: twelve random letters must fit behind it. */
    public static final int MAX_PATTERN_LENGTH = MAX_LENGTH - LEAST_RANDOM_LENGTH;

    /** The most characters a prefix of a shared-memory layer can have: it names files and sockets. */
    public static final int MAX_PREFIX_LENGTH = 64;

    /** The most characters a prefix for process-local channels can have: two times a mark and random letters follow. */
    public static final int MAX_PROCESS_PREFIX_LENGTH = MAX_LENGTH - 2 * (1 + RANDOM_LENGTH);

    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final String PLAIN_RULE = "ASCII letters, digits, '.', '_' and '-'";
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final int NOT_A_NAME = -1;

    /** The characters from 0 to 63 that are plain, one bit each: {@code - .} and the digits. */
    private static final long PLAIN_BELOW_64 = 1L << '-' | 1L << '.' | 0x3FFL << '0';

    /** The characters from 64 to 127 that are plain, one bit each: the letters and {@code _}. */
    private static final long PLAIN_FROM_64 = 0x3FF_FFFFL << ('A' - 64) | 0x3FF_FFFFL << ('a' - 64) | 1L << ('_' - 64);

    private Names() {}

    /**
     * Checks a name that is to be sent to, or to be a member of a group. A {@code !} may be the last character, a
     * {@code ?} may not.
     *
     * @param channel the name
     * @return {@code channel}
     * @throws IllegalArgumentException if it is not the full name of a channel
     */
    public static String requireChannel(String channel) {
        Objects.requireNonNull(channel, "channel");
        if (!isChannel(channel)) {
            throw refusal("channel name", channel, separatorIn(channel));
        }
        return channel;
    }

    /**
     * Tells whether a channel can have a name.
     *
     * @param name the name
     * @return whether it is a channel name
     */
    public static boolean isChannel(String name) {
        int separator = separatorIn(name);
        return separator != NOT_A_NAME && !isPattern(name, separator);
    }

    /**
     * Checks a name that is to be received from. A process-local channel is received from under the part up to and
     * including its {@code !}.
     *
     * @param channel the name
     * @return {@code channel}
     * @throws IllegalArgumentException if it is not the name of a channel, or if it goes on after a {@code !}
     */
    public static String requireReceivable(String channel) {
        int mark = requireChannel(channel).indexOf('!');
        if (mark >= 0 && mark < channel.length() - 1) {
            throw new IllegalArgumentException("cannot receive from " + quote(channel)
                    + ": a name with '!' must end there; receive from " + quote(queueOf(channel))
                    + ", and the message says which name it was sent to");
        }
        return channel;
    }

    /**
     * Checks the names that a receiver is to receive from.
     *
     * @param channels the names
     * @return the same names, each once
     * @throws IllegalArgumentException if there is no name, or one that cannot be {@linkplain
     *     #requireReceivable(String) received from}
     */
    public static List<String> requireReceivable(Collection<String> channels) {
        Set<String> names = new LinkedHashSet<>(Objects.requireNonNull(channels, "channels"));
        if (names.isEmpty()) {
            throw new IllegalArgumentException("bad channels []: there must be at least one");
        }
        names.forEach(Names::requireReceivable);
        return List.copyOf(names);
    }

    /**
     * Checks the name of a group: one or more plain characters.
     *
     * @param name the name
     * @return {@code name}
     * @throws IllegalArgumentException if it is not the name of a group
     */
    public static String requireGroup(String name) {
        Objects.requireNonNull(name, "name");
        return requirePlain("group name", name, MAX_LENGTH);
    }

    /**
     * Checks a prefix that names a set of channels and groups: one or more plain characters, {@value
     * #MAX_PREFIX_LENGTH} at most.
     *
     * @param prefix the prefix
     * @return {@code prefix}
     * @throws IllegalArgumentException if it is no such prefix
     */
    public static String requirePrefix(String prefix) {
        Objects.requireNonNull(prefix, "prefix");
        return requirePlain("prefix", prefix, MAX_PREFIX_LENGTH);
    }

    /**
     * Checks a pattern for the names of single-reader channels: plain characters and a {@code ?} at the end.
     *
     * @param pattern the pattern
     * @return {@code pattern}
     * @throws IllegalArgumentException if it is not a pattern, or is longer than {@value #MAX_PATTERN_LENGTH}
     *     characters
     */
    public static String requirePattern(String pattern) {
        Objects.requireNonNull(pattern, "pattern");
        if (pattern.length() > MAX_PATTERN_LENGTH) {
            throw tooLong("pattern", pattern, MAX_PATTERN_LENGTH);
        }
        int separator = separatorIn(pattern);
        if (separator == NOT_A_NAME) {
            throw refusal("pattern", pattern, separator);
        }
        if (!isPattern(pattern, separator)) {
            throw new IllegalArgumentException("bad pattern " + quote(pattern) + ": it must end in '?'");
        }
        return pattern;
    }

    /**
     * Gives the name under which a channel's messages wait: the part up to and including the {@code !}, or the whole
     * name when there is none.
     *
     * @param channel the name of a channel, already checked
     * @return the name of its queue
     */
    public static String queueOf(String channel) {
        int end = channel.indexOf('!') + 1;
        return end == 0 || end == channel.length() ? channel : channel.substring(0, end);
    }

    /**
     * Makes up the name of a single-reader channel: the pattern and 16 letters that cannot be guessed, or as many as
     * fit behind a long pattern, 12 at least.
     *
     * @param pattern what the name starts with, see {@link #requirePattern(String)}
     * @return the name
     * @throws IllegalArgumentException if {@code pattern} is not a pattern
     */
    public static String random(String pattern) {
        int room = MAX_LENGTH - requirePattern(pattern).length();
        return pattern + randomLetters().substring(0, Math.min(room, RANDOM_LENGTH));
    }

    /**
     * Makes up the name of a process-local channel: {@code prefix.owner!} and 16 letters that cannot be guessed.
     *
     * @param prefix what the name starts with: 1 to {@value #MAX_PROCESS_PREFIX_LENGTH} plain characters
     * @param owner stands for the layer that receives: made once by {@link #randomLetters()}
     * @return the name
     * @throws IllegalArgumentException if {@code prefix} or {@code owner} is not that
     */
    public static String randomProcessLocal(String prefix, String owner) {
        Objects.requireNonNull(prefix, "prefix");
        Objects.requireNonNull(owner, "owner");
        requirePlain("prefix", prefix, MAX_PROCESS_PREFIX_LENGTH);
        requirePlain("owner", owner, RANDOM_LENGTH);
        return prefix + '.' + owner + '!' + randomLetters();
    }

    /**
     * Makes up letters that cannot be guessed.
     *
     * @return 16 ASCII letters, 91 random bits
     */
    public static String randomLetters() {
        char[] letters = new char[RANDOM_LENGTH];
        byte[] random = new byte[2 * RANDOM_LENGTH];
        int count = 0;
        while (count < letters.length) {
            RANDOM.nextBytes(random);
            for (int i = 0; i < random.length && count < letters.length; i++) {
                int number = random[i] & 0x3F;
                if (number < LETTERS.length()) { // otherwise some letters were more frequent than others
                    letters[count++] = LETTERS.charAt(number);
                }
            }
        }
        return new String(letters);
    }

    /** Finds the {@code ?} or {@code !} of a name; its length when it has none; {@link #NOT_A_NAME} when malformed. */
    private static int separatorIn(String name) {
        int length = name.length();
        if (length > MAX_LENGTH) {
            return NOT_A_NAME;
        }
        int separator = length;
        for (int i = 0; i < length; i++) {
            char c = name.charAt(i);
            if (!isPlain(c)) {
                if (separator < length || !isSeparator(c)) {
                    return NOT_A_NAME;
                }
                separator = i;
            }
        }
        return separator == 0 ? NOT_A_NAME : separator;
    }

    private static boolean isPlain(char c) {
        return c < 128 && ((c < 64 ? PLAIN_BELOW_64 : PLAIN_FROM_64) >>> c & 1) != 0; // a shift counts modulo 64
    }

    private static boolean isSeparator(char c) {
        return c == '?' || c == '!';
    }

    private static boolean isPattern(String name, int separator) {
        return separator == name.length() - 1 && name.charAt(separator) == '?';
    }

    private static String requirePlain(String what, String name, int maxLength) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("bad " + what + " \"\": it must not be empty");
        }
        if (name.length() > maxLength) {
            throw tooLong(what, name, maxLength);
        }
        for (int i = 0; i < name.length(); i++) {
            if (!isPlain(name.charAt(i))) {
                throw badCharacter(what, name, i, "only " + PLAIN_RULE + " are allowed");
            }
        }
        return name;
    }

    /** Finds out which rule a name breaks. */
    private static IllegalArgumentException refusal(String what, String name, int separator) {
        if (name.isEmpty()) {
            return new IllegalArgumentException("bad " + what + " \"\": it must not be empty");
        }
        if (name.length() > MAX_LENGTH) {
            return tooLong(what, name, MAX_LENGTH);
        }
        if (separator != NOT_A_NAME) {
            return new IllegalArgumentException("bad " + what + " " + quote(name)
                    + ": a name that ends in '?' is a pattern for newChannel, not a channel");
        }
        if (isSeparator(name.charAt(0))) {
            return badCharacter(what, name, 0, "a name must not start with '?' or '!'");
        }
        boolean seen = false;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (isSeparator(c) && seen) {
                return badCharacter(what, name, i, "only one '?' or '!' is allowed");
            }
            if (!isPlain(c) && !isSeparator(c)) {
                return badCharacter(what, name, i, "only " + PLAIN_RULE + ", and one '?' or '!', are allowed");
            }
            seen |= isSeparator(c);
        }
        throw new AssertionError(name);
    }

    private static IllegalArgumentException tooLong(String what, String name, int maxLength) {
        return new IllegalArgumentException("bad " + what + " " + quote(name) + ": it has " + name.length()
                + " characters, and " + maxLength + " is the most");
    }

    private static IllegalArgumentException badCharacter(String what, String name, int index, String rule) {
        String character = Integer.toHexString(name.charAt(index));
        return new IllegalArgumentException("bad " + what + " " + quote(name) + ": " + rule + "; character "
                + (index + 1) + " is U+" + "0".repeat(4 - character.length()) + character.toUpperCase(Locale.ROOT));
    }

    /** Puts a name between quotes, cut off when it is far too long, and without what could upset a log. */
    private static String quote(String name) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < Math.min(name.length(), 2 * MAX_LENGTH); i++) {
            char c = name.charAt(i);
            if (c >= ' ' && c < 127) {
                quoted.append(c);
            } else {
                quoted.append(String.format("\\u%04x", (int) c));
            }
        }
        return quoted.append(name.length() > 2 * MAX_LENGTH ? "…\"" : "\"").toString();
    }
}

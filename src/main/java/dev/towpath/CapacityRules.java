package dev.towpath;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Says how many messages may wait in which channel: rules that are tried in the order they were added, of which the
 * first that matches wins, and a default. Immutable. For those who write a layer.
 *
 * <p>A rule is matched against the full name that is sent to, with the part after a {@code !}. The messages themselves
 * are counted on the part up to and including it.
 */
public final class CapacityRules {
    private final int defaultCapacity;
    private final List<Rule> rules;

    private record Rule(Predicate<String> matches, int capacity) {}

    private CapacityRules(int defaultCapacity, List<Rule> rules) {
        this.defaultCapacity = defaultCapacity;
        this.rules = rules;
    }

    /**
     * Gives the same capacity to all channels.
     *
     * @param capacity how many messages may wait in each, at least 1
     * @return the rules
     * @throws IllegalArgumentException if {@code capacity} is less than 1
     */
    public static CapacityRules of(int capacity) {
        return new CapacityRules(requireCapacity(capacity), List.of());
    }

    /**
     * Changes the capacity of the channels that no rule matches.
     *
     * @param capacity how many messages may wait in each, at least 1
     * @return new rules
     * @throws IllegalArgumentException if {@code capacity} is less than 1
     */
    public CapacityRules withDefault(int capacity) {
        return new CapacityRules(requireCapacity(capacity), rules);
    }

    /**
     * Adds a rule for the channels whose whole name a glob matches. A glob means what it means to Python's
     * {@code fnmatch}: {@code *} any characters, {@code ?} one, {@code [seq]} one of these, {@code [!seq]} one but
     * these, with ranges such as {@code a-z}; {@code [?]} is a question mark.
     *
     * @param glob the glob, not empty
     * @param capacity how many messages may wait in each, at least 1
     * @return new rules
     * @throws IllegalArgumentException if {@code glob} is empty or {@code capacity} is less than 1
     */
    public CapacityRules with(String glob, int capacity) {
        Objects.requireNonNull(glob, "glob");
        if (glob.isEmpty()) {
            throw new IllegalArgumentException("bad glob \"\": it must not be empty");
        }
        return with(new Rule(Glob.of(glob)::matches, requireCapacity(capacity)));
    }

    /**
     * Adds a rule for the channels whose name a regular expression matches from the start. It need not match the name
     * to the end: {@link java.util.regex.Matcher#lookingAt()}.
     *
     * @param regex the regular expression
     * @param capacity how many messages may wait in each, at least 1
     * @return new rules
     * @throws IllegalArgumentException if {@code capacity} is less than 1
     */
    public CapacityRules with(Pattern regex, int capacity) {
        Objects.requireNonNull(regex, "regex");
        return with(new Rule(name -> regex.matcher(name).lookingAt(), requireCapacity(capacity)));
    }

    private CapacityRules with(Rule rule) {
        List<Rule> more = new ArrayList<>(rules);
        more.add(rule);
        return new CapacityRules(defaultCapacity, List.copyOf(more));
    }

    /**
     * Tells how many messages may wait in a channel.
     *
     * @param fullName the name that is sent to
     * @return its capacity, at least 1
     */
    public int capacityOf(String fullName) {
        for (Rule rule : rules) {
            if (rule.matches().test(fullName)) {
                return rule.capacity();
            }
        }
        return defaultCapacity;
    }

    private static int requireCapacity(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("bad capacity " + capacity + ": it must be at least 1");
        }
        return capacity;
    }
}

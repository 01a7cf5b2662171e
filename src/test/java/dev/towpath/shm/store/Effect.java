package dev.towpath.shm.store;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What an operation does to the contents of a region, in the model: it takes effect at one moment, or step by step, or
 * for each channel and each membership by itself.
 */
final class Effect {

    private final boolean piecewise;
    private final List<UnaryOperator<Contents>> steps;

    private Effect(boolean piecewise, List<UnaryOperator<Contents>> steps) {
        this.piecewise = piecewise;
        this.steps = steps;
    }

    /** Nothing changes. */
    static Effect none() {
        return new Effect(false, List.of());
    }

    /** Everything changes at one moment. */
    static Effect of(UnaryOperator<Contents> step) {
        return new Effect(false, List.of(step));
    }

    /** There are two moments; each says what has happened by then. */
    static Effect of(UnaryOperator<Contents> first, UnaryOperator<Contents> both) {
        return new Effect(false, List.of(first, both));
    }

    /** A moment for each channel and each membership. */
    static Effect piecewise(UnaryOperator<Contents> whole) {
        return new Effect(true, List.of(whole));
    }

    /** What is there when the operation has returned. */
    Contents complete(Contents before) {
        return steps.isEmpty() ? before : steps.getLast().apply(before);
    }

    /** Whether something may be there when the operation has died. */
    boolean mayLeave(Contents before, Contents found) {
        if (piecewise) {
            return isMixture(before, complete(before), found);
        }
        return found.equals(before) || steps.stream().anyMatch(step -> found.equals(step.apply(before)));
    }

    private static boolean isMixture(Contents before, Contents after, Contents found) {
        Set<String> channels =
                union(union(before, after, Effect::channels), found.messages().keySet());
        Set<String> mayBeMembers = union(before, after, Contents::members);
        return channels.stream().allMatch(channel -> List.of(before.of(channel), after.of(channel))
                        .contains(found.of(channel)))
                && mayBeMembers.containsAll(found.members())
                && mayBeMembers.stream()
                        .filter(before.members()::contains)
                        .filter(after.members()::contains)
                        .allMatch(found.members()::contains);
    }

    private static Set<String> channels(Contents contents) {
        return contents.messages().keySet();
    }

    private static Set<String> union(Contents some, Contents more, Function<Contents, Set<String>> what) {
        return union(what.apply(some), what.apply(more));
    }

    private static Set<String> union(Set<String> some, Set<String> more) {
        Set<String> all = new TreeSet<>(some);
        all.addAll(more);
        return all;
    }
}

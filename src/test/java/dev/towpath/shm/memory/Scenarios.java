package dev.towpath.shm.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.Tuple;

/** Generates scenarios that shrink to few threads, few operations and few changes of thread. */
public final class Scenarios {

    private static final int MAX_SLICES = 40;

    /** More accesses than any program makes. */
    private static final int LONG = 100_000;

    private Scenarios() {}

    /** Scenarios in which everybody lives. */
    public static <O> Arbitrary<Scenario<O>> of(Arbitrary<O> operation, int maxThreads, int maxOperations) {
        Arbitrary<List<List<O>>> programs = programs(operation, maxThreads, maxOperations);
        return Combinators.combine(programs, schedule(maxThreads))
                .as((program, schedule) -> new Scenario<>(program, schedule, List.of()));
    }

    /** Scenarios in which one or two threads die. */
    public static <O> Arbitrary<Scenario<O>> withDeaths(
            Arbitrary<O> operation, int maxThreads, int maxOperations, int maxWrites) {
        Arbitrary<Integer> death = Arbitraries.frequencyOf(
                Tuple.of(1, Arbitraries.just(-1)),
                Tuple.of(3, Arbitraries.integers().between(0, maxWrites)));
        Arbitrary<List<List<O>>> programs = programs(operation, maxThreads, maxOperations);
        return Combinators.combine(programs, schedule(maxThreads), death.list().ofMaxSize(2))
                .as(Scenario::new);
    }

    private static <O> Arbitrary<List<List<O>>> programs(Arbitrary<O> operation, int maxThreads, int maxOperations) {
        return operation
                .list()
                .ofMinSize(1)
                .ofMaxSize(maxOperations)
                .list()
                .ofMinSize(2)
                .ofMaxSize(maxThreads);
    }

    private static Arbitrary<List<Slice>> schedule(int maxThreads) {
        Arbitrary<Integer> thread = Arbitraries.integers().between(0, maxThreads - 1);
        Arbitrary<Slice> slice = Arbitraries.frequencyOf(
                Tuple.of(2, slice(thread, 1, 4, false)),
                Tuple.of(2, slice(thread, 1, 16, false)),
                Tuple.of(1, slice(thread, 10, 80, false)),
                Tuple.of(3, slice(thread, 0, 3, true)));
        return slice.list().ofMaxSize(MAX_SLICES);
    }

    private static Arbitrary<Slice> slice(Arbitrary<Integer> thread, int from, int to, boolean writes) {
        return Combinators.combine(thread, Arbitraries.integers().between(from, to))
                .as((number, count) -> new Slice(number, count, writes));
    }

    /** All kinds of schedules of fixed programs. */
    public static <O> Arbitrary<Scenario<O>> schedulesOf(List<List<O>> programs, List<Integer> deaths) {
        return schedule(programs.size()).map(schedule -> new Scenario<>(programs, schedule, deaths));
    }

    /**
     * Scenarios of fixed programs in which the last thread but one stops after some accesses, and the last one after
     * some of its own, before each goes on to its end in turn. All others have come to their ends, or died, before.
     *
     * @param firstStops up to how many accesses the last thread but one makes before it stops
     * @param secondStops the same for the last one; 0 if it does not stop
     */
    public static <O> Stream<Scenario<O>> withStops(
            List<List<O>> programs, List<Integer> deaths, int firstStops, int secondStops) {
        int first = programs.size() - 2;
        List<Slice> before = IntStream.range(0, first)
                .mapToObj(i -> new Slice(i, LONG, false))
                .toList();
        return IntStream.range(0, firstStops).boxed().flatMap(i -> IntStream.rangeClosed(
                        Math.min(1, secondStops), secondStops)
                .mapToObj(j -> {
                    List<Slice> schedule = new ArrayList<>(before);
                    schedule.add(new Slice(first, i, false));
                    schedule.add(new Slice(first + 1, j == 0 ? LONG : j, false));
                    schedule.add(new Slice(first, LONG, false));
                    schedule.add(new Slice(first + 1, LONG, false));
                    return new Scenario<>(programs, schedule, deaths);
                }));
    }

    /**
     * Scenarios of three programs: the first thread stops after some accesses, the second one dies before one of its
     * writes, the third one comes to its end, and then the first one goes on.
     *
     * @param stops up to how many accesses the first thread makes before it stops
     * @param deaths up to how many writes the second one makes before it dies
     */
    public static <O> Stream<Scenario<O>> withStopAndDeath(List<List<O>> programs, int stops, int deaths) {
        return IntStream.range(0, stops).boxed().flatMap(stop -> IntStream.range(0, deaths)
                .mapToObj(death -> {
                    List<Slice> schedule =
                            List.of(new Slice(0, stop, false), new Slice(1, LONG, false), new Slice(2, LONG, false));
                    return new Scenario<>(programs, schedule, List.of(-1, death));
                }));
    }

    /** Rewrites the operations of a scenario, each with its thread's number and its place. */
    public static <O> UnaryOperator<Scenario<O>> numbering(Numbering<O> numbering) {
        return scenario -> {
            List<List<O>> programs = new ArrayList<>();
            for (int i = 0; i < scenario.programs().size(); i++) {
                List<O> program = new ArrayList<>();
                for (O operation : scenario.programs().get(i)) {
                    program.add(numbering.number(operation, i, program.size()));
                }
                programs.add(program);
            }
            return new Scenario<>(programs, scenario.schedule(), scenario.deaths());
        };
    }

    /** Gives an operation what makes it different from all others. */
    @FunctionalInterface
    public interface Numbering<O> {
        O number(O operation, int thread, int place);
    }

    /**
     * Runs scenarios of fixed seeds until one fails.
     *
     * @return how many were needed; -1 if none of them fails
     */
    public static <O> int triesUntil(
            Arbitrary<Scenario<O>> scenarios, int tries, Function<Scenario<O>, String> trial, Predicate<String> fails) {
        RandomGenerator<Scenario<O>> generator = scenarios.generator(1000);
        Random random = new Random(42);
        for (int i = 1; i <= tries; i++) {
            if (fails.test(trial.apply(generator.next(random).value()))) {
                return i;
            }
        }
        return -1;
    }
}

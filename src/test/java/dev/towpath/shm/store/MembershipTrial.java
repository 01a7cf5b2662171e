package dev.towpath.shm.store;

import dev.towpath.shm.memory.Event;
import dev.towpath.shm.memory.Linearizability;
import dev.towpath.shm.memory.Scenario;
import dev.towpath.shm.memory.Scheduler;
import dev.towpath.shm.memory.SteppedWords;
import dev.towpath.shm.structure.Members;
import dev.towpath.shm.structure.MembershipTable;
import dev.towpath.shm.structure.Name;
import dev.towpath.shm.structure.Reference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Threads that add members to groups, discard and list them, with so few records that all are used again at once.
 *
 * <p>A listing is no snapshot: it promises something about each member for itself. So the history is judged for each
 * pair of group and member by itself, in which a listing says whether the member was there. An addition whose
 * membership is discarded before it returns adds it again, so it may take effect twice. A listing ends an expired
 * membership when it meets it, which is a moment of its own (LP3), and may then begin anew: so it may prune earlier
 * than it lists.
 */
final class MembershipTrial extends RegionTrial<MembershipTrial.Operation> {

    /** What a thread can do; a time is the deadline of an addition and the present of a listing or pruning. */
    record Operation(Kind kind, int group, int member, int time) {
        @Override
        public String toString() {
            return switch (kind) {
                case ADD -> "add g" + group + " m" + member + " until " + time;
                case DISCARD -> "discard g" + group + " m" + member;
                case LIST -> "list g" + group + " at " + time;
                case PRUNE -> "prune at " + time;
                case SWEEP -> "sweep";
            };
        }
    }

    enum Kind {
        ADD,
        DISCARD,
        LIST,
        PRUNE,
        SWEEP
    }

    static final int GROUPS = 2;
    static final int MEMBERS = 2;

    private static final int ABSENT = -1;
    private static final int LATEST = 9;
    private static final TestRegion.Sizes SIZES = new TestRegion.Sizes(1, 1, 1, 1, 4);

    private final int threads;
    private final TestRegion.Algorithms algorithms;
    private final Sweeper sweeper;

    private MembershipTrial(int threads, TestRegion.Algorithms algorithms) {
        super(SIZES);
        this.threads = threads;
        this.algorithms = algorithms;
        this.sweeper = new Sweeper(threads, direct());
    }

    /** Runs a scenario; what went wrong, or an empty text. */
    static String run(Scenario<Operation> scenario) {
        return run(scenario, MembershipTable::new);
    }

    /** The same with other groups. */
    static String run(Scenario<Operation> scenario, TestRegion.MembershipsMaker memberships) {
        TestRegion.Algorithms algorithms = TestRegion.Algorithms.withMemberships(memberships);
        return run(() -> new MembershipTrial(scenario.programs().size(), algorithms), scenario);
    }

    @Override
    public Scheduler.Actor<Operation> actor(int thread, SteppedWords.Hook hook, IntPredicate isDead) {
        Structures view = view(thread, hook, algorithms);
        return operation -> perform(view, operation, isDead);
    }

    private static Name name(String prefix, int number) {
        return Name.of((prefix + number).getBytes(StandardCharsets.US_ASCII));
    }

    private Object perform(Structures view, Operation operation, IntPredicate isDead) {
        Name group = name("g", operation.group);
        Name member = name("m", operation.member);
        switch (operation.kind) {
            case ADD -> {
                return view.memberships().add(group, member, operation.time);
            }
            case DISCARD -> view.memberships().discard(group, member);
            case LIST -> {
                return list(view, group, operation.time);
            }
            case PRUNE -> view.memberships().prune(operation.time);
            case SWEEP -> sweeper.sweep(view, isDead);
        }
        return "done";
    }

    /** The names that a group send would use. */
    private static List<String> list(Structures view, Name group, int now) {
        List<String> names = new ArrayList<>();
        long found = view.memberships().findGroup(group);
        if (found != Reference.NONE) {
            Members members = new Members();
            view.memberships().collect(found, now, members);
            for (int i = 0; i < members.count(); i++) {
                String name = view.memberships().name(members.reference(i)).toString();
                if (view.memberships().records().isLive(members.reference(i))) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    @Override
    protected String judge(Scheduler.Outcome<Operation> outcome, List<Event<Operation>> events) {
        Structures view = direct();
        sweeper.finish(outcome.dead()::get);
        List<String> violations = region.violations(owner -> false);
        if (!violations.isEmpty()) {
            return "violations " + violations;
        }
        for (int group = 0; group < GROUPS; group++) {
            Operation list = new Operation(Kind.LIST, group, 0, 0);
            add(events, threads, list, perform(view, list, thread -> false));
        }
        for (Event<Operation> event : events) {
            if (event.result() instanceof List<?> names && new TreeSet<>(names).size() < names.size()) {
                return "listed twice: " + event;
            }
        }
        for (int group = 0; group < GROUPS; group++) {
            for (int member = 0; member < MEMBERS; member++) {
                if (!isExplained(events, group, member)) {
                    return "not linearizable for member " + member + " of group " + group;
                }
            }
        }
        view.memberships().prune(LATEST + 1);
        long used = 0;
        for (int record = 0; record < view.memberships().records().count(); record++) {
            used += view.memberships().records().control(record) % 16 == 0 ? 0 : 1;
        }
        return used == 0 ? "" : "leaked " + used + " records";
    }

    private static boolean isExplained(List<Event<Operation>> events, int group, int member) {
        List<Event<Operation>> concerned = events.stream()
                .filter(event -> concerns(event.operation(), group, member))
                .collect(Collectors.toCollection(ArrayList::new));
        for (Event<Operation> event : List.copyOf(concerned)) {
            Operation operation = event.operation();
            if (operation.kind == Kind.ADD && event.isComplete()) {
                concerned.add(new Event<>(event.thread(), operation, null, event.invoked(), event.returned()));
            } else if (operation.kind == Kind.LIST) {
                Operation prune = new Operation(Kind.PRUNE, group, member, operation.time);
                concerned.add(new Event<>(event.thread(), prune, null, event.invoked(), event.returned()));
            }
        }
        return Linearizability.holds(
                concerned, ABSENT, (state, operation, result) -> after(state, operation, result, "m" + member));
    }

    private static boolean concerns(Operation operation, int group, int member) {
        return switch (operation.kind) {
            case ADD, DISCARD -> operation.group == group && operation.member == member;
            case LIST -> operation.group == group;
            case PRUNE -> true;
            case SWEEP -> false;
        };
    }

    /** The model of one membership: its deadline, or ABSENT. */
    private static List<Integer> after(int deadline, Operation operation, @Nullable Object result, String member) {
        boolean expired = deadline <= operation.time;
        return switch (operation.kind) {
            case ADD -> Boolean.FALSE.equals(result) ? List.of(deadline) : List.of(operation.time);
            case DISCARD -> List.of(ABSENT);
            case PRUNE -> expired ? List.of(ABSENT, deadline) : List.of(deadline);
            case LIST -> {
                if (result instanceof List<?> names && names.contains(member)) {
                    yield expired ? List.of() : List.of(deadline);
                }
                yield expired ? List.of(ABSENT) : result == null ? List.of(deadline) : List.of();
            }
            case SWEEP -> List.of(deadline);
        };
    }
}

package dev.towpath.shm.store;

import dev.towpath.shm.memory.Event;
import dev.towpath.shm.memory.Linearizability;
import dev.towpath.shm.memory.Scenario;
import dev.towpath.shm.memory.Scheduler;
import dev.towpath.shm.memory.SteppedWords;
import dev.towpath.shm.structure.Channel;
import dev.towpath.shm.structure.Life;
import dev.towpath.shm.structure.Name;
import dev.towpath.shm.structure.Reference;
import dev.towpath.shm.structure.Run;
import dev.towpath.shm.structure.Taker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Threads that use channels by name, over several lives, on records and blocks that go from one to the other. */
final class LivesTrial extends RegionTrial<LivesTrial.Operation> {

    /** What a thread can do; it finds, creates and buries channels as a participant does. */
    record Operation(Kind kind, int channel, int number) {
        @Override
        public String toString() {
            return switch (kind) {
                case SEND -> "send " + number + " to " + channel;
                case RECEIVE -> "receive from " + channel;
                case CREATE -> "create " + channel;
                case DELETE -> "delete " + channel;
                case SWEEP -> "sweep";
            };
        }
    }

    enum Kind {
        SEND,
        RECEIVE,
        CREATE,
        DELETE,
        SWEEP
    }

    static final int CHANNELS = 2;

    private static final int CAPACITY = 3;
    private static final int NOTHING = -1;

    private final int threads;
    private final TestRegion.QueueMaker queues;
    private final Sweeper sweeper;

    private LivesTrial(int threads, int records, int blocks, TestRegion.QueueMaker queues) {
        super(new TestRegion.Sizes(1, blocks, records, 1, 1));
        this.threads = threads;
        this.queues = queues;
        this.sweeper = new Sweeper(threads, direct());
    }

    /** Runs a scenario in a region with some channel records and blocks; what went wrong, or an empty text. */
    static String run(Scenario<Operation> scenario, int records, int blocks, TestRegion.QueueMaker queues) {
        return run(() -> new LivesTrial(scenario.programs().size(), records, blocks, queues), scenario);
    }

    @Override
    public User actor(int thread, SteppedWords.Hook hook, IntPredicate isDead) {
        Structures view = view(thread, hook, TestRegion.Algorithms.withQueues(queues));
        return new User(view, () -> sweeper.sweep(view, isDead));
    }

    /** One thread, in the name of an owner of its own. */
    private static final class User implements Scheduler.Actor<Operation>, Taker {
        private final Structures view;
        private final @Nullable Channel[] found = new Channel[CHANNELS];
        private final Runnable sweep;
        private int taken;

        User(Structures view, Runnable sweep) {
            this.view = view;
            this.sweep = sweep;
        }

        @Override
        public Object perform(Operation operation) {
            return switch (operation.kind) {
                case SEND -> send(operation.channel, operation.number);
                case RECEIVE -> receive(operation.channel);
                case CREATE -> {
                    found[operation.channel] = null;
                    yield find(operation.channel, true) != null;
                }
                case DELETE -> {
                    Channel channel = find(operation.channel, false);
                    yield channel != null && view.channels().delete(channel);
                }
                case SWEEP -> {
                    sweep.run();
                    yield "done";
                }
            };
        }

        private static Name name(int channel) {
            return Name.of(("c" + channel).getBytes(StandardCharsets.US_ASCII));
        }

        private @Nullable Channel find(int channel, boolean creating) {
            if (found[channel] == null) {
                long reference = creating
                        ? view.channels().create(name(channel))
                        : view.channels().find(name(channel));
                found[channel] =
                        reference == Reference.NONE ? null : view.channels().open(reference);
            }
            return found[channel];
        }

        private MessageStore.Outcome send(int channel, int number) {
            long block = view.arena().allocate(0);
            if (block == Reference.NONE) {
                return MessageStore.Outcome.MEMORY_FULL;
            }
            int index = Reference.index(block);
            view.words().set(view.blocks().payload(index), number);
            view.words().set(view.blocks().life(index), Life.of(1, Life.INLINE, Long.BYTES));
            Run run = new Run(1);
            run.add(block);
            int linked = Channel.GONE;
            for (Channel there = find(channel, true); there != null; there = find(channel, true)) {
                linked = view.queue().link(there, run, CAPACITY);
                if (linked != Channel.GONE) {
                    break;
                }
                bury(channel, there);
            }
            if (linked == 1) {
                return MessageStore.Outcome.SENT;
            }
            view.arena().free(block);
            return linked == 0 ? MessageStore.Outcome.CHANNEL_FULL : MessageStore.Outcome.MEMORY_FULL;
        }

        private int receive(int channel) {
            for (Channel there = find(channel, false); there != null; there = find(channel, false)) {
                int count = view.queue().take(there, new Run(1), this, 1, () -> 0, Long.MAX_VALUE);
                if (count != Channel.GONE) {
                    return count == 1 ? taken : NOTHING;
                }
                bury(channel, there);
            }
            return NOTHING;
        }

        private void bury(int channel, Channel gone) {
            view.channels().bury(gone);
            found[channel] = null;
        }

        @Override
        public void begin() {
            taken = NOTHING;
        }

        @Override
        public boolean copy(int i, int block, long life, boolean expired) {
            taken = (int) view.words().get(view.blocks().payload(block));
            return true;
        }
    }

    @Override
    protected String judge(Scheduler.Outcome<Operation> outcome, List<Event<Operation>> events) {
        Structures view = direct();
        sweeper.finish(outcome.dead()::get);
        List<String> violations = region.violations(owner -> false);
        if (!violations.isEmpty()) {
            return "violations " + violations;
        }
        User last = new User(view, () -> {});
        for (int channel = 0; channel < CHANNELS; channel++) {
            Operation receive = new Operation(Kind.RECEIVE, channel, 0);
            for (int number = 0; number != NOTHING; ) {
                number = last.receive(channel);
                add(events, threads, receive, number);
            }
            last.perform(new Operation(Kind.DELETE, channel, 0));
            int which = channel;
            List<Event<Operation>> concerned = events.stream()
                    .filter(event -> event.operation().channel == which && event.operation().kind != Kind.SWEEP)
                    .toList();
            if (!Linearizability.holds(concerned, List.of(), LivesTrial::after)) {
                return "not linearizable for channel " + channel;
            }
        }
        return region.usedBytes() == 0 ? "" : "leaked " + region.usedBytes() + " bytes";
    }

    /** The model of one channel: nobody sees when it begins and ends, but it ends only while it is empty. */
    private static List<List<Integer>> after(List<Integer> state, Operation operation, @Nullable Object result) {
        return switch (operation.kind) {
            case CREATE, SWEEP -> List.of(state);
            case DELETE -> Boolean.TRUE.equals(result) && !state.isEmpty() ? List.of() : List.of(state);
            case RECEIVE -> {
                if (state.isEmpty()) {
                    yield result == null || result.equals(NOTHING) ? List.of(state) : List.of();
                }
                boolean right = result == null || result.equals(state.getFirst());
                yield right ? List.of(state.subList(1, state.size())) : List.of();
            }
            case SEND -> {
                if (result == MessageStore.Outcome.MEMORY_FULL) {
                    yield List.of(state);
                }
                boolean full = state.size() >= CAPACITY;
                if (result == MessageStore.Outcome.CHANNEL_FULL) {
                    yield full ? List.of(state) : List.of();
                }
                List<Integer> more = new ArrayList<>(state);
                more.add(operation.number);
                yield full ? List.of() : List.of(more);
            }
        };
    }
}

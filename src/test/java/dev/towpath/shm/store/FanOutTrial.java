package dev.towpath.shm.store;

import dev.towpath.shm.memory.Event;
import dev.towpath.shm.memory.Linearizability;
import dev.towpath.shm.memory.Scenario;
import dev.towpath.shm.memory.Scheduler;
import dev.towpath.shm.memory.SteppedWords;
import dev.towpath.shm.structure.Channel;
import dev.towpath.shm.structure.FanOuts;
import dev.towpath.shm.structure.Name;
import dev.towpath.shm.structure.RecordTable;
import dev.towpath.shm.structure.Reference;
import dev.towpath.shm.structure.Run;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Threads that send payloads of several parts, alone and shared by two channels, and receive them. */
final class FanOutTrial extends RegionTrial<FanOutTrial.Operation> {

    /** What a thread can do: a broadcast gives to which channels it went, a reception the payload's number or -1. */
    record Operation(Kind kind, int channel, int number) {
        @Override
        public String toString() {
            return switch (kind) {
                case BROADCAST -> "broadcast " + number;
                case SEND -> "send " + number + " to " + channel;
                case RECEIVE -> "receive from " + channel;
                case SWEEP -> "sweep";
            };
        }
    }

    enum Kind {
        BROADCAST,
        SEND,
        RECEIVE,
        SWEEP
    }

    static final int CHANNELS = 2;

    private static final int CAPACITY = 2;
    private static final int NOTHING = -1;
    private static final int LENGTH = 300;
    private static final long LATEST = 1000;
    static final int RECORDS = 3;

    private final int threads;
    private final TestRegion.Algorithms algorithms;
    private final Sweeper sweeper;
    private final long[] channels = new long[CHANNELS];

    private FanOutTrial(int threads, int records, TestRegion.Algorithms algorithms) {
        super(new TestRegion.Sizes(1, 16, CHANNELS, records, 1));
        this.threads = threads;
        this.algorithms = algorithms;
        this.sweeper = new Sweeper(threads, direct());
        for (int i = 0; i < CHANNELS; i++) {
            Name name = Name.of(("c" + i).getBytes(StandardCharsets.US_ASCII));
            channels[i] = direct().channels().create(name);
        }
    }

    /** Runs a scenario; what went wrong, or an empty text. */
    static String run(Scenario<Operation> scenario) {
        return run(scenario, RECORDS, FanOuts::new);
    }

    /** The same with other fan-outs, and a number of records for them. */
    static String run(Scenario<Operation> scenario, int records, Function<RecordTable, FanOuts> fanOuts) {
        TestRegion.Algorithms algorithms = TestRegion.Algorithms.withFanOuts(fanOuts);
        return run(() -> new FanOutTrial(scenario.programs().size(), records, algorithms), scenario);
    }

    @Override
    public Scheduler.Actor<Operation> actor(int thread, SteppedWords.Hook hook, IntPredicate isDead) {
        Structures view = view(thread, hook, algorithms);
        return new User(view, isDead);
    }

    private final class User implements Scheduler.Actor<Operation> {
        private final Structures view;
        private final Payloads payloads;
        private final SingleDelivery delivery;
        private final IntPredicate isDead;

        User(Structures view, IntPredicate isDead) {
            this.view = view;
            this.payloads = new Payloads(view);
            this.delivery = new SingleDelivery(view, payloads, 4);
            this.isDead = isDead;
        }

        @Override
        public Object perform(Operation operation) {
            return switch (operation.kind) {
                case BROADCAST -> broadcast(operation.number);
                case SEND -> link(operation.channel, write(operation.number));
                case RECEIVE -> receive(operation.channel);
                case SWEEP -> {
                    sweeper.sweep(view, isDead);
                    yield "done";
                }
            };
        }

        private long write(int number) {
            long message = payloads.allocate();
            if (message != Reference.NONE && !payloads.fillParts(message, content(number), LATEST)) {
                payloads.release(message);
                return Reference.NONE;
            }
            return message;
        }

        private Content content(int number) {
            byte[] payload = new byte[LENGTH];
            Arrays.fill(payload, (byte) number);
            return new Content().refer(Content.NO_PREFIX, payload);
        }

        /** As a group send does it. */
        private List<Boolean> broadcast(int number) {
            List<Boolean> sent = new ArrayList<>();
            Content content = content(number);
            long fanOut = view.fanOuts().begin();
            if (fanOut == Reference.NONE) {
                return List.of(false, false);
            }
            long used = 0;
            try {
                long parts = payloads.writeParts(content, fanOut, Payloads.OF_FAN_OUT);
                view.fanOuts().setParts(fanOut, parts);
                for (int i = 0; i < CHANNELS; i++) {
                    boolean linked = parts != Reference.NONE
                            && link(i, payloads.writeShared(content, fanOut, member(i), LATEST));
                    used |= linked ? 1L << member(i) : 0;
                    sent.add(linked);
                }
            } finally {
                long unneeded = view.fanOuts().seal(fanOut, ~used);
                if (unneeded != Reference.NONE) {
                    payloads.freeParts(unneeded, fanOut, Payloads.OF_FAN_OUT);
                }
            }
            return sent;
        }

        /** The numbers of the members are in different words. */
        private static int member(int channel) {
            return channel * (FanOuts.MEMBERS / CHANNELS);
        }

        private boolean link(int channel, long message) {
            if (message == Reference.NONE) {
                return false;
            }
            Run run = new Run(1);
            run.add(message);
            boolean linked = view.queue().link(open(channel), run, CAPACITY) == 1;
            if (!linked) {
                payloads.free(message);
            }
            return linked;
        }

        private Channel open(int channel) {
            return view.channels().open(channels[channel]);
        }

        private int receive(int channel) {
            int taken = view.queue().take(open(channel), new Run(1), delivery, 1, () -> 0, Long.MAX_VALUE);
            if (taken == 0) {
                return NOTHING;
            }
            delivery.finish(taken);
            byte[] payload = delivery.takeContent();
            for (byte value : payload) {
                if (value != payload[0] || payload.length != LENGTH) {
                    throw new AssertionError("torn payload " + Arrays.toString(payload));
                }
            }
            return payload[0];
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
        User last = new User(view, thread -> false);
        for (int channel = 0; channel < CHANNELS; channel++) {
            Operation receive = new Operation(Kind.RECEIVE, channel, 0);
            for (int number = 0; number != NOTHING; ) {
                number = last.receive(channel);
                add(events, threads, receive, number);
            }
            int which = channel;
            List<Event<Operation>> concerned = events.stream()
                    .filter(event -> concerns(event.operation(), which))
                    .toList();
            if (!Linearizability.holds(
                    concerned,
                    List.<Integer>of(),
                    (state, operation, result) -> after(state, operation, result, which))) {
                return "not linearizable for channel " + channel;
            }
            view.channels().delete(view.channels().open(channels[channel]));
        }
        List<String> leaks = region.violations(owner -> false);
        return region.usedBytes() == 0 && leaks.isEmpty() ? "" : "leaked " + region.usedBytes() + " bytes " + leaks;
    }

    private static boolean concerns(Operation operation, int channel) {
        return operation.kind == Kind.BROADCAST || operation.kind != Kind.SWEEP && operation.channel == channel;
    }

    /** The model of one channel; memory is scarce, so anything may be refused at any time. */
    private static List<List<Integer>> after(
            List<Integer> state, Operation operation, @Nullable Object result, int channel) {
        if (operation.kind == Kind.RECEIVE) {
            if (state.isEmpty()) {
                return Integer.valueOf(NOTHING).equals(result) ? List.of(state) : List.of();
            }
            boolean right = result == null || result.equals(state.getFirst());
            return right ? List.of(state.subList(1, state.size())) : List.of();
        }
        boolean sent =
                result == null || result.equals(true) || result instanceof List<?> all && (boolean) all.get(channel);
        if (!sent) {
            return List.of(state);
        }
        List<Integer> more = new ArrayList<>(state);
        more.add(operation.number);
        return more.size() <= CAPACITY ? List.of(more) : List.of();
    }
}

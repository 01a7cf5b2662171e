package dev.towpath.shm.store;

import dev.towpath.shm.memory.Event;
import dev.towpath.shm.memory.Linearizability;
import dev.towpath.shm.memory.Scenario;
import dev.towpath.shm.memory.Scheduler;
import dev.towpath.shm.memory.SteppedWords;
import dev.towpath.shm.structure.Name;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Threads that use one life of one channel. */
final class QueueTrial extends RegionTrial<QueueOperation> {

    private static final Name NAME = Name.of("channel".getBytes(StandardCharsets.US_ASCII));
    private static final TestRegion.Sizes SIZES = new TestRegion.Sizes(1, 6, 1, 1, 1);

    private final int threads;
    private final TestRegion.QueueMaker queues;
    private final Sweeper sweeper;
    private final long channel;

    private QueueTrial(int threads, TestRegion.QueueMaker queues) {
        super(SIZES);
        this.threads = threads;
        this.queues = queues;
        this.sweeper = new Sweeper(threads, direct());
        this.channel = direct().channels().create(NAME);
    }

    /** Runs a scenario; what went wrong, or an empty text. */
    static String run(Scenario<QueueOperation> scenario, TestRegion.QueueMaker queues) {
        return run(() -> new QueueTrial(scenario.programs().size(), queues), scenario);
    }

    @Override
    public QueueActor actor(int thread, SteppedWords.Hook hook, IntPredicate isDead) {
        Structures view = view(thread, hook, TestRegion.Algorithms.withQueues(queues));
        return new QueueActor(view, channel, () -> sweeper.sweep(view, isDead));
    }

    @Override
    protected String judge(Scheduler.Outcome<QueueOperation> outcome, List<Event<QueueOperation>> events) {
        Structures view = direct();
        sweeper.finish(outcome.dead()::get);
        List<String> violations = region.violations(owner -> false);
        if (!violations.isEmpty()) {
            return "violations " + violations;
        }
        drain(view, events);
        if (!Linearizability.holds(events, QueueModel.State.EMPTY, new QueueModel())) {
            return "not linearizable";
        }
        view.channels().delete(view.channels().open(channel));
        return region.usedBytes() == 0 ? "" : "leaked " + region.usedBytes() + " bytes";
    }

    /** Takes what is left, as operations that follow all others. */
    private void drain(Structures view, List<Event<QueueOperation>> events) {
        QueueActor last = new QueueActor(view, channel, () -> {});
        @Nullable Object result = null;
        while (!(result instanceof List<?> taken && taken.isEmpty()) && !"gone".equals(result)) {
            QueueOperation receive = new QueueOperation.Receive(4, 0);
            result = last.perform(receive);
            add(events, threads, receive, result);
        }
    }
}

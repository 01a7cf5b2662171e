package dev.towpath.shm.store;

import dev.towpath.shm.memory.Event;
import dev.towpath.shm.memory.Linearizability;
import dev.towpath.shm.memory.Scenario;
import dev.towpath.shm.memory.Scheduler;
import dev.towpath.shm.memory.SteppedWords;
import dev.towpath.shm.structure.Name;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs a scenario on one channel in a new region, and judges what happened. */
final class QueueTrial {

    private static final Name NAME = Name.of("channel".getBytes(StandardCharsets.US_ASCII));
    private static final TestRegion.Sizes SIZES = new TestRegion.Sizes(1, 9, 1, 1, 1);

    private final Scenario<QueueOperation> scenario;
    private final TestRegion.QueueMaker queues;
    private final TestRegion region = new TestRegion(SIZES);
    private final Sweeper sweeper;
    private final long channel;

    private QueueTrial(Scenario<QueueOperation> scenario, TestRegion.QueueMaker queues) {
        this.scenario = scenario;
        this.queues = queues;
        this.sweeper = new Sweeper(scenario.programs().size());
        this.channel = region.view(TestRegion.TESTER).channels().create(NAME);
    }

    /** Runs a scenario; what went wrong, with everything that happened, or an empty text. */
    static String run(Scenario<QueueOperation> scenario, TestRegion.QueueMaker queues) {
        String failure = new QueueTrial(scenario, queues).judge(false);
        return failure.isEmpty() ? failure : new QueueTrial(scenario, queues).judge(true);
    }

    private String judge(boolean traced) {
        List<String> trace = List.of();
        String failure;
        List<Event<QueueOperation>> events = List.of();
        try {
            Scheduler.Outcome<QueueOperation> outcome =
                    Scheduler.run(scenario, region::isBallast, traced ? region::label : null, this::actor);
            trace = outcome.trace();
            events = new ArrayList<>(outcome.events());
            failure = judge(outcome, events);
        } catch (AssertionError | RuntimeException e) {
            failure = e.toString();
        }
        return failure.isEmpty()
                ? ""
                : failure + "\n" + scenario + "\n" + join(events) + "\n" + String.join("\n", trace);
    }

    private static String join(List<?> lines) {
        return String.join("\n", lines.stream().map(Object::toString).toList());
    }

    private QueueActor actor(int thread, SteppedWords.Hook hook, java.util.function.IntPredicate isDead) {
        Structures view = region.view(new SteppedWords(region.words(), hook), Sweeper.ownerOf(thread), queues);
        return new QueueActor(view, channel, () -> sweeper.sweep(view, isDead));
    }

    private String judge(Scheduler.Outcome<QueueOperation> outcome, List<Event<QueueOperation>> events) {
        Structures view = region.view(TestRegion.TESTER);
        sweeper.sweep(view, outcome.dead()::get);
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
        int time = Integer.MAX_VALUE - 1000;
        @Nullable Object result = null;
        while (!(result instanceof List<?> taken && taken.isEmpty()) && !"gone".equals(result)) {
            QueueOperation receive = new QueueOperation.Receive(4, 0);
            result = last.perform(receive);
            events.add(new Event<>(scenario.programs().size(), receive, result, time, time + 1));
            time += 2;
        }
    }
}

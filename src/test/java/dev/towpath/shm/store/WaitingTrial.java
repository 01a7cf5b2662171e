package dev.towpath.shm.store;

import dev.towpath.shm.memory.Event;
import dev.towpath.shm.memory.Scenario;
import dev.towpath.shm.memory.Scheduler;
import dev.towpath.shm.memory.SteppedWords;
import dev.towpath.shm.memory.Words;
import dev.towpath.shm.structure.Channel;
import dev.towpath.shm.structure.Name;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Participants that wait at a channel, one thread each, among others that send to it and receive from it without
 * waiting. When all has come to rest, and the dead have been recovered, nobody may wait while there is a message.
 */
final class WaitingTrial extends RegionTrial<WaitingTrial.Operation> {

    /** What a thread can do: begin to wait, read the news as the waker does, send, receive without waiting. */
    enum Operation {
        WAIT,
        READ_NEWS,
        SEND,
        RECEIVE
    }

    /** What can be wrong. */
    enum Flaw {
        NONE,
        /** A waiter marks the channel after it has looked. */
        MARKS_LATE,
        /** Who recovers the dead does not ring for them. */
        RINGS_FOR_NO_DEAD
    }

    private static final Name NAME = Name.of("channel".getBytes(StandardCharsets.US_ASCII));
    private static final TestRegion.Sizes SIZES = new TestRegion.Sizes(1, 12, 1, 1, 1);
    private static final int CAPACITY = 100;

    private volatile boolean settled;
    private final List<Participant> participants = new ArrayList<>();
    private final Flaw flaw;
    private final long channel;

    private WaitingTrial(Flaw flaw) {
        super(SIZES);
        this.flaw = flaw;
        this.channel = direct().channels().create(NAME);
    }

    /** Runs a scenario, in which something may be wrong. */
    static String run(Scenario<Operation> scenario, Flaw flaw) {
        return run(() -> new WaitingTrial(flaw), scenario);
    }

    @Override
    public Scheduler.Actor<Operation> actor(int thread, SteppedWords.Hook hook, IntPredicate isDead) {
        TestRegion.participants(direct()).join(thread, 0, 0);
        Structures view = view(thread, unlessSettled(hook));
        Participant participant = new Participant(view, thread);
        participants.add(participant);
        return participant;
    }

    /** After the end of the schedule accesses are free. */
    private SteppedWords.Hook unlessSettled(SteppedWords.Hook hook) {
        return (access, offset) -> {
            if (!settled) {
                hook.before(access, offset);
            }
        };
    }

    /** A participant: its room has at most one waiter, whose thread and waker take turns. */
    private final class Participant implements Scheduler.Actor<Operation> {
        private final Words words;
        private final int slot;
        private final long at;
        private final Channel here;
        private final WaitingRoom receivers;
        private final Bells bells;
        private final Doorbells doorbells;
        private final QueueActor queue;
        private final Waiter waiter;
        private boolean waiting;

        Participant(Structures view, int slot) {
            this.words = view.words();
            this.slot = slot;
            Participants register = TestRegion.participants(view);
            this.at = register.at(slot);
            this.here = view.channels().open(channel);
            WaiterMarks marks = new WaiterMarks(words, register, slot, Channel::receiversAt);
            this.receivers = new WaitingRoom(view.channels()::isWorthALook, marks);
            WaiterMarks none = new WaiterMarks(words, register, slot, Channel::sendersAt);
            WaitingRoom senders = new WaitingRoom(any -> true, none);
            this.bells = new Bells(words, register, null); // nobody says it sleeps
            this.doorbells = new Doorbells(words, register, bells, slot, receivers, senders);
            this.queue = new QueueActor(view, channel, () -> {});
            this.waiter = new Waiter(List.of(here));
        }

        @Override
        public Object perform(Operation operation) {
            switch (operation) {
                case WAIT -> beginToWait();
                case READ_NEWS -> readNews();
                case SEND -> {
                    if ((int) queue.perform(new QueueOperation.Send(1, 1, CAPACITY, 9)) == 1) {
                        doorbells.messageSent(here);
                    }
                }
                case RECEIVE -> queue.perform(new QueueOperation.Receive(1, 0));
            }
            return "done";
        }

        private void beginToWait() {
            if (!waiting) {
                waiting = true;
                receivers.enter(waiter);
                look();
            }
        }

        /** As a waiting thread does each time that it is woken. */
        private void look() {
            waiter.reset();
            if (flaw != Flaw.MARKS_LATE) {
                receivers.mark(List.of(here));
            }
            waiting = ((List<?>) queue.perform(new QueueOperation.Receive(1, 0))).isEmpty();
            if (flaw == Flaw.MARKS_LATE) {
                receivers.mark(List.of(here));
            }
            if (!waiting) {
                receivers.leave(waiter);
            }
        }

        /** As the waker does when it is rung, and then the waiter if it is woken; false if there was no news. */
        private boolean readNews() {
            long bell = words.getAndSet(at + ParticipantLayout.BELL, 0);
            if (bell != 0) {
                words.getAndSet(at + ParticipantLayout.NEWS, 0);
                receivers.signal(WaitingRoom.bucketOf(here));
            }
            boolean signalled = !waiter.signal();
            waiter.reset();
            if (signalled && waiting) {
                look();
            }
            return bell != 0;
        }
    }

    @Override
    protected String judge(Scheduler.Outcome<Operation> outcome, List<Event<Operation>> events) {
        settled = true;
        boolean owed = outcome.dead().contains(true) && flaw != Flaw.RINGS_FOR_NO_DEAD;
        participants.removeIf(participant -> outcome.dead().get(participant.slot));
        participants.stream().limit(owed ? 1 : 0).forEach(recoverer -> recoverer.bells.ringAll());
        boolean news = true;
        while (news) {
            news = false;
            for (Participant participant : participants) {
                news |= participant.readNews();
            }
        }
        Structures view = direct();
        boolean message = view.meter().pendingCount(view.channels().open(channel)) > 0;
        boolean waits = participants.stream().anyMatch(participant -> participant.waiting);
        return message && waits ? "somebody waits though there is a message" : "";
    }
}

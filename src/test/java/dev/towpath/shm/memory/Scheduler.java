package dev.towpath.shm.memory;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Runs a scenario: several threads of which one at a time makes an access to shared memory, in the order of the
 * schedule. The same scenario runs the same way each time.
 *
 * <p>A thread that dies throws {@link Death} from the access that it did not make, and from every later one, so that no
 * {@code finally} can repair anything.
 */
public final class Scheduler<O> {

    /** A lock-free operation that runs alone ends long before. */
    private static final int MAX_STEPS = 1_000_000;

    private static final int STRIPES = 8;

    private final Scenario<O> scenario;
    private final List<Event<O>> events = new ArrayList<>();
    private final List<Worker> workers = new ArrayList<>();
    private final CountDownLatch finished = new CountDownLatch(1);
    private final LongPredicate ignored;
    private final @Nullable LongFunction<String> label;
    private final List<String> trace = new ArrayList<>();
    private @Nullable Throwable failure;
    private volatile int turn = -1;
    private long left;
    private boolean onlyWrites;
    private int nextSlice;
    private int clock;
    private long steps;

    /** What a run has given. */
    public record Outcome<O>(List<Event<O>> events, List<Boolean> dead, long steps, List<String> trace) {}

    /** Performs the operations of one thread. */
    @FunctionalInterface
    public interface Actor<O> {

        /** Returns the operation's result, never null. */
        Object perform(O operation);
    }

    /** Makes the actor of a thread. */
    @FunctionalInterface
    public interface Cast<O> {

        /**
         * Returns an actor.
         *
         * @param thread the number of its thread
         * @param hook what each of its accesses must pass
         * @param isDead tells who has died by now
         */
        Actor<O> actor(int thread, SteppedWords.Hook hook, IntPredicate isDead);
    }

    private Scheduler(Scenario<O> scenario, LongPredicate ignored, @Nullable LongFunction<String> label) {
        this.scenario = scenario;
        this.ignored = ignored;
        this.label = label;
    }

    /**
     * Runs a scenario.
     *
     * @param ignored offsets whose accesses are no steps, because nobody ever changes what is there
     * @param label names offsets in the trace; null for no trace
     * @param cast makes the actors
     */
    public static <O> Outcome<O> run(
            Scenario<O> scenario, LongPredicate ignored, @Nullable LongFunction<String> label, Cast<O> cast) {
        return new Scheduler<>(scenario, ignored, label).run(cast);
    }

    private Outcome<O> run(Cast<O> cast) {
        for (int i = 0; i < scenario.programs().size(); i++) {
            Worker worker = new Worker(i);
            worker.actor = cast.actor(i, worker, other -> workers.get(other).dead);
            workers.add(worker);
        }
        workers.forEach(worker -> worker.thread.start());
        advance();
        try {
            finished.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw new AssertionError(describe(failure) + "\n" + String.join("\n", trace), failure);
        }
        return new Outcome<>(events, workers.stream().map(w -> w.dead).toList(), steps, trace);
    }

    private static String describe(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    /** Gives the turn to whom the schedule names next, or else to the first that has not finished. */
    private void advance() {
        while (nextSlice < scenario.schedule().size()) {
            Slice slice = scenario.schedule().get(nextSlice++);
            Worker worker = workers.get(slice.thread() % workers.size());
            if (!worker.finished) {
                give(worker, slice.count(), slice.writes());
                return;
            }
        }
        for (Worker worker : workers) {
            if (!worker.finished) {
                give(worker, Long.MAX_VALUE, false);
                return;
            }
        }
        finished.countDown();
    }

    private void give(Worker worker, long count, boolean writes) {
        left = count;
        onlyWrites = writes;
        turn = worker.number;
        LockSupport.unpark(worker.thread);
    }

    private final class Worker implements SteppedWords.Hook, Runnable {
        private final int number;
        private final Thread thread;
        private final int dieAt;
        private @Nullable Actor<O> actor;
        private boolean finished;
        private boolean dead;
        private boolean started;
        private int writes;

        Worker(int number) {
            this.number = number;
            this.dieAt = number < scenario.deaths().size() ? scenario.deaths().get(number) : -1;
            this.thread = threadOfStripe(number);
        }

        /** Hints of the arena depend on a thread's number, and must be the same in each run. */
        private Thread threadOfStripe(int stripe) {
            Thread candidate = Thread.ofVirtual().unstarted(this);
            while (candidate.threadId() % STRIPES != stripe) {
                candidate = Thread.ofVirtual().unstarted(this);
            }
            return candidate;
        }

        @Override
        public void run() {
            awaitTurn();
            try {
                for (O operation : scenario.programs().get(number)) {
                    perform(operation);
                }
            } catch (Death expected) {
                note("dies");
            } catch (Throwable e) {
                failure = failure == null ? e : failure;
            }
            finished = true;
            advance();
        }

        private void perform(O operation) {
            int place = events.size();
            int invoked = clock++;
            events.add(new Event<>(number, operation, null, invoked, Integer.MAX_VALUE));
            if (label != null) {
                note("begins " + operation);
            }
            Object result = actor.perform(operation);
            if (label != null) {
                note("ends " + operation + " → " + result);
            }
            events.set(place, new Event<>(number, operation, result, invoked, clock++));
        }

        private void awaitTurn() {
            while (turn != number) {
                LockSupport.park(this);
            }
        }

        @Override
        public void before(Access access, long offset) {
            if (dead) {
                throw new Death();
            }
            if (ignored.test(offset)) {
                return;
            }
            while (left == 0 && (access.isWrite() || !onlyWrites)) {
                advance();
                awaitTurn();
            }
            if (access.isWrite() || !onlyWrites) {
                left--;
            }
            if (access.isWrite() && writes++ == dieAt) {
                dead = true;
                throw new Death();
            }
            if (++steps > MAX_STEPS || failure != null) {
                throw new AssertionError("no progress");
            }
            if (label != null) {
                note(access + " " + label.apply(offset));
            }
        }

        private void note(String what) {
            if (label != null) {
                trace.add(Scenario.nameOf(number) + " " + what);
            }
        }
    }
}

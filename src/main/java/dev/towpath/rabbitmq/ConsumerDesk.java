package dev.towpath.rabbitmq;

import com.rabbitmq.client.Channel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Holds what is to be done by the thread of the {@link SharedConsumers}, in rounds. Thread-safe. */
final class ConsumerDesk {
    /** A message that the broker has sent to a consumer. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Arrival(Channel channel, String queue, long tag, byte[] body) {}

    /** What is to be done: in which session, at which channels, and who waits for the end of the round. */
    record Round(
            @Nullable ConsumeSession session,
            Set<String> changed,
            Set<String> cancelled,
            List<CompletableFuture<Void>> settlers) {
        void settle() {
            settlers.forEach(each -> each.complete(null));
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final List<Arrival> arrivals = new ArrayList<>();
    private Set<String> changed = new LinkedHashSet<>();
    private Set<String> cancelled = new LinkedHashSet<>();
    private List<CompletableFuture<Void>> settlers = new ArrayList<>();
    private @Nullable ConsumeSession session;
    private boolean hasWork;
    private boolean stopped;

    /** Waits for work; null when it has stopped. */
    @Nullable
    Round next() {
        lock.lock();
        try {
            while (!stopped && !hasWork) {
                work.awaitUninterruptibly();
            }
            hasWork = false;
            if (session == null) {
                arrivals.clear(); // the broker has them
            }
            Round round = new Round(session, changed, cancelled, settlers);
            changed = new LinkedHashSet<>();
            cancelled = new LinkedHashSet<>();
            settlers = new ArrayList<>();
            if (stopped) {
                round.settle();
                return null;
            }
            return round;
        } finally {
            lock.unlock();
        }
    }

    /** Takes those of the messages that are wanted, in the order of their arrival. */
    List<Arrival> arrivals(Predicate<Arrival> wanted) {
        lock.lock();
        try {
            List<Arrival> taken = new ArrayList<>();
            for (Iterator<Arrival> each = arrivals.iterator(); each.hasNext(); ) {
                Arrival arrival = each.next();
                if (wanted.test(arrival)) {
                    taken.add(arrival);
                    each.remove();
                }
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    void arrived(Arrival arrival) {
        put(() -> arrivals.add(arrival));
    }

    void change(Collection<String> queues) {
        put(() -> changed.addAll(queues));
    }

    /** Waits for the end of a round that begins after this; not at all if there is no connection. */
    void settle(Collection<String> queues) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        put(() -> {
            if (stopped || session == null) {
                done.complete(null);
            } else {
                changed.addAll(queues);
                settlers.add(done);
            }
        });
        done.join();
    }

    /** Notes that the broker has cancelled a consumer by itself. */
    void cancelled(String queue) {
        put(() -> {
            cancelled.add(queue);
            changed.add(queue);
        });
    }

    void attach(ConsumeSession fresh) {
        put(() -> session = fresh);
    }

    /** Notes that a connection is lost; nothing is on its way over it to those who wait for the end of a round. */
    void detach(ConsumeSession lost) {
        put(() -> {
            if (session == lost) {
                session = null;
                settlers.forEach(each -> each.complete(null));
            }
        });
    }

    /** Asks for a round in which nothing need have changed. */
    void poke() {
        put(() -> {});
    }

    void stop() {
        put(() -> stopped = true);
    }

    private void put(Runnable change) {
        lock.lock();
        try {
            change.run();
            hasWork = true;
            work.signal();
        } finally {
            lock.unlock();
        }
    }
}

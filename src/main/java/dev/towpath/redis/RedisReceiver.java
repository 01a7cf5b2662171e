package dev.towpath.redis;

import dev.towpath.BackendUnavailableException;
import dev.towpath.Message;
import dev.towpath.MessageHandler;
import dev.towpath.Receiver;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Receives from channels of a Redis layer.
 *
 * <p>Each call begins with another channel and another server than the one before, so none starves another. What the
 * layer keeps comes before what the servers have, because it was sent before.
 */
final class RedisReceiver implements Receiver {
    private static final int STEP = 128;

    private final Servers servers;
    private final List<String> channels;

    /** Which channels to receive from which server. */
    private final Map<Hub, List<String>> places = new LinkedHashMap<>();

    private final AtomicInteger turn;

    RedisReceiver(Servers servers, List<String> channels, int firstTurn) {
        this.servers = servers;
        this.channels = channels;
        this.turn = new AtomicInteger(firstTurn);
        for (String channel : channels) {
            for (Hub hub : servers.toReceiveFrom(channel)) {
                places.computeIfAbsent(hub, each -> new ArrayList<>()).add(channel);
            }
        }
    }

    @Override
    public List<String> channels() {
        return channels;
    }

    @Override
    public Message receive() throws InterruptedException {
        Message message = receiveUntil(Deadlines.never());
        if (message == null) {
            throw new AssertionError("146 years have passed");
        }
        return message;
    }

    @Override
    public @Nullable Message receive(Duration timeout) throws InterruptedException {
        return receiveUntil(Deadlines.after(timeout));
    }

    private @Nullable Message receiveUntil(long deadline) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Arrival arrival = poll(Deadlines.left(deadline) > 0);
        if (arrival == null && Deadlines.left(deadline) > 0) {
            arrival = await(deadline);
        }
        return arrival == null ? null : arrival.open();
    }

    /** Waits in the hubs, and leaves them before anybody can say that nothing came. */
    private @Nullable Arrival await(long deadline) throws InterruptedException {
        ParkedWaiter waiter = new ParkedWaiter();
        Wait wait = Wait.begin(servers, waiter, places);
        boolean inTime = waiter.await(deadline);
        boolean nothingCame = wait.end();
        if (!inTime && nothingCame) {
            throw new InterruptedException();
        }
        if (!inTime) {
            Thread.currentThread().interrupt(); // what came was faster than the interrupt
        }
        return waiter.arrival();
    }

    /** Waits in its thread. */
    private static final class ParkedWaiter extends Waiter {
        private final Thread thread = Thread.currentThread();

        /** Waits until it is decided, or time is over; false if it is interrupted before. */
        boolean await(long deadline) {
            while (!isDecided() && Deadlines.left(deadline) > 0) {
                if (Thread.interrupted()) {
                    return false;
                }
                LockSupport.parkNanos(this, Deadlines.left(deadline));
            }
            return true;
        }

        @Override
        void wake() {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public @Nullable Message tryReceive() {
        Arrival arrival = poll(false);
        return arrival == null ? null : arrival.open();
    }

    /** Takes what is there. Who waits if there is nothing does so for servers that are away, and need not ask them. */
    private @Nullable Arrival poll(boolean waits) {
        servers.requireOpen();
        int first = nextTurn();
        for (String channel : rotated(channels, first)) {
            Arrival kept = servers.pollKept(channel);
            if (kept != null) {
                return kept;
            }
        }
        for (Hub hub : rotated(List.copyOf(places.keySet()), first)) {
            List<String> queues = rotated(placesOf(hub), first);
            Arrival arrival = waits ? takeIfAvailable(hub, queues) : take(hub, queues);
            if (arrival != null) {
                return arrival;
            }
        }
        return null;
    }

    private @Nullable Arrival takeIfAvailable(Hub hub, List<String> queues) {
        if (!hub.shard().isConnected()) {
            hub.shard().lookAlive();
            return null;
        }
        try {
            return take(hub, queues);
        } catch (BackendUnavailableException e) {
            return null;
        }
    }

    private List<String> placesOf(Hub hub) {
        return places.getOrDefault(hub, List.of());
    }

    private int nextTurn() {
        return channels.size() == 1 && places.size() == 1 ? 0 : turn.getAndIncrement() & Integer.MAX_VALUE;
    }

    private static <T> List<T> rotated(List<T> list, int turns) {
        if (list.size() == 1) {
            return list;
        }
        List<T> rotated = new ArrayList<>(list);
        Collections.rotate(rotated, -(turns % list.size()));
        return rotated;
    }

    private @Nullable Arrival take(Hub hub, List<String> queues) {
        List<Object> taken = Replies.list(hub.shard()
                .run(Script.TAKE, keys(queues), List.of(servers.settings().expiryMillis())));
        int place = (int) Replies.number(taken.getFirst());
        if (place == 0) {
            return null;
        }
        String queue = queues.get(place - 1);
        Deque<Arrival> arrivals = new ArrayDeque<>(open(hub, queue, taken.get(1), taken.get(2)));
        Arrival first = arrivals.poll();
        if (!arrivals.isEmpty()) {
            servers.keep(List.copyOf(arrivals));
        }
        return first;
    }

    private List<Arrival> open(Hub hub, String queue, Object member, Object score) {
        double now = hub.shard().clock().now();
        return servers.format().open(queue, Replies.bytes(member), Replies.score(score), now);
    }

    @Override
    public CompletableFuture<Message> receiveAsync() {
        servers.requireOpen();
        FutureReceive future = new FutureReceive();
        Arrival arrival = poll(true);
        if (arrival == null) {
            future.begin(Wait.begin(servers, future.waiter(), places));
        } else {
            future.waiter().offer(arrival);
        }
        return future;
    }

    @Override
    public int drain(MessageHandler handler, int limit) {
        Objects.requireNonNull(handler, "handler");
        if (limit < 0) {
            throw new IllegalArgumentException("bad limit " + limit + ": it must be at least 0");
        }
        servers.requireOpen();
        int first = nextTurn();
        int drained = 0;
        for (String channel : rotated(channels, first)) {
            drained += drainKept(channel, handler, limit - drained);
        }
        for (Hub hub : rotated(List.copyOf(places.keySet()), first)) {
            drained += drain(hub, rotated(placesOf(hub), first), handler, limit - drained);
        }
        return drained;
    }

    private int drainKept(String channel, MessageHandler handler, int limit) {
        int handed = 0;
        while (handed < limit) {
            Arrival kept = servers.pollKept(channel);
            if (kept == null) {
                break;
            }
            handed++;
            hand(kept, handler);
        }
        return handed;
    }

    private static void hand(Arrival arrival, MessageHandler handler) {
        Message message = arrival.open();
        handler.onMessage(message.channel(), MemorySegment.ofArray(message.bytes()));
    }

    /** Takes from all queues with one question, and asks again from the one on that may have more. */
    private int drain(Hub hub, List<String> queues, MessageHandler handler, int limit) {
        List<String> asked = queues;
        int drained = 0;
        while (drained < limit) {
            int step = Math.min(STEP, limit - drained);
            List<Object> taken = takeSome(hub, asked, step);
            int members = 0;
            int last = 0;
            Deque<Arrival> arrivals = new ArrayDeque<>();
            for (int i = 0; i < taken.size(); i += 2) {
                last = (int) Replies.number(taken.get(i)) - 1;
                List<Object> some = Replies.list(taken.get(i + 1));
                members += some.size() / 2;
                arrivals.addAll(arrivals(hub, asked.get(last), some));
            }
            drained += handAll(arrivals, handler, limit - drained);
            if (members < step) {
                break;
            }
            asked = asked.subList(last, asked.size());
        }
        return drained;
    }

    private List<Object> takeSome(Hub hub, List<String> queues, int count) {
        List<byte[]> arguments = List.of(servers.settings().expiryMillis(), Keys.bytes(Integer.toString(count)));
        return Replies.list(hub.shard().run(Script.DRAIN, keys(queues), arguments));
    }

    private List<byte[]> keys(List<String> queues) {
        List<byte[]> keys = new ArrayList<>();
        queues.forEach(queue -> keys.add(servers.keys().queue(queue)));
        keys.add(servers.keys().statistics());
        return keys;
    }

    private Deque<Arrival> arrivals(Hub hub, String queue, List<Object> taken) {
        Deque<Arrival> arrivals = new ArrayDeque<>();
        for (int i = 0; i < taken.size(); i += 2) {
            arrivals.addAll(open(hub, queue, taken.get(i), taken.get(i + 1)));
        }
        return arrivals;
    }

    /** Calls the handler with so many; what it has not seen then, or when it throws, is kept. */
    private int handAll(Deque<Arrival> arrivals, MessageHandler handler, int limit) {
        int handed = 0;
        try {
            for (Arrival next = arrivals.poll(); next != null; next = handed < limit ? arrivals.poll() : null) {
                handed++;
                hand(next, handler);
            }
            return handed;
        } finally {
            if (!arrivals.isEmpty()) {
                servers.keep(List.copyOf(arrivals));
            }
        }
    }
}

package dev.towpath.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.towpath.BackendUnavailableException;
import dev.towpath.WireFormatException;
import dev.towpath.wire.Payloads;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Knows which of a layer's servers has what, and holds what the layer's handles share.
 *
 * <p>Groups, single-reader and process-local channels have their server by their name, as in Python. What is sent to an
 * ordinary channel goes to the servers in turn, and is received from all, unless it is said that it has its server by
 * its name too. Process-local channels are received from all servers always, because Python sends to them by the full
 * name and so to the wrong one.
 */
final class Servers implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(Servers.class.getName());
    private static final int CRC_BITS = 0xFFF;
    private static final Executor THREADS =
            task -> Thread.ofVirtual().name("towpath-redis-close").start(task);

    private final Settings settings;
    private final Keys keys;
    private final MessageFormat format;
    private final List<Hub> hubs = new ArrayList<>();
    private final Surplus surplus = new Surplus();
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();

    private Servers(Settings settings) {
        this.settings = settings;
        this.keys = new Keys(settings.prefix());
        this.format = new MessageFormat(settings);
    }

    /** Connects to all servers, or to none. */
    static Servers open(Settings settings) {
        Servers servers = new Servers(settings);
        try {
            for (ServerAddress address : settings.addresses()) {
                Shard shard = new Shard(new Connector(address, settings), settings.onReconnect());
                servers.hubs.add(new Hub(servers, shard));
                shard.open();
            }
            return servers;
        } catch (RuntimeException e) {
            servers.close();
            throw e;
        }
    }

    /** Says which of so many servers has a name, as Python does. */
    static int ring(String name, int servers) {
        CRC32 crc = new CRC32();
        crc.update(name.getBytes(UTF_8));
        return (int) ((crc.getValue() & CRC_BITS) / ((CRC_BITS + 1.0) / servers));
    }

    Settings settings() {
        return settings;
    }

    Keys keys() {
        return keys;
    }

    MessageFormat format() {
        return format;
    }

    Payloads payloads() {
        return format.payloads();
    }

    List<Hub> all() {
        return hubs;
    }

    /** The one that has a group, or the copies for a queue. */
    Hub having(String name) {
        return hubs.get(ring(name, hubs.size()));
    }

    /** The one to send to next. */
    Hub toSendTo(String queue) {
        return isSpread(queue) ? hubs.get(nextTurn()) : having(queue);
    }

    /** Those that may have messages of a queue. */
    List<Hub> toReceiveFrom(String queue) {
        return isSpread(queue) || queue.endsWith("!") ? hubs : List.of(having(queue));
    }

    /** Whether any server may be sent messages of a queue. */
    private boolean isSpread(String queue) {
        return !settings.hashed() && queue.indexOf('!') < 0 && queue.indexOf('?') < 0;
    }

    /** The number of a server, another one each time. */
    int nextTurn() {
        return hubs.size() == 1 ? 0 : Math.floorMod(turn.getAndIncrement(), hubs.size());
    }

    void requireOpen() {
        if (closed.get()) {
            throw RedisLayer.closedException();
        }
    }

    /** Keeps what has been taken from a server for the next who receive, and gives it to those who wait already. */
    void keep(List<Arrival> arrivals) {
        addKept(arrivals);
        arrivals.stream().map(Arrival::queue).distinct().forEach(this::giveKept);
    }

    /** Keeps what has been taken from a server; {@link #giveKept(String)} must follow. */
    void addKept(List<Arrival> arrivals) {
        surplus.add(arrivals);
    }

    /** Gives what is kept of a queue to those who wait for it. Is called after keeping it, and after sitting down. */
    void giveKept(String queue) {
        if (!surplus.isEmpty()) {
            toReceiveFrom(queue).forEach(hub -> hub.giveKept(queue));
        }
    }

    /** Hands what is kept of a queue to a taker, as long as that takes it. */
    void giveKept(String queue, Predicate<Arrival> taker) {
        surplus.give(queue, oldest(queue), taker);
    }

    @Nullable
    Arrival pollKept(String queue) {
        return surplus.poll(queue, oldest(queue));
    }

    private double oldest(String queue) {
        return settings.oldest(having(queue).shard().clock().now());
    }

    void forgetKept() {
        surplus.takeAll();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            long end = Deadlines.after(settings.commandTimeout());
            hubs.forEach(Hub::beginToClose);
            hubs.forEach(hub -> hub.awaitLanes(end));
            putKeptBack();
            hubs.forEach(hub -> hub.shard().close());
        }
    }

    /** Returns what is kept to the servers, to all at the same time: the copies of one message as one again. */
    private void putKeptBack() {
        record Origin(String queue, double score) {}
        Map<Origin, List<Arrival>> kept = new LinkedHashMap<>();
        for (Arrival arrival : surplus.takeAll()) {
            kept.computeIfAbsent(new Origin(arrival.queue(), arrival.score()), origin -> new ArrayList<>())
                    .add(arrival);
        }
        Map<Hub, List<List<Arrival>>> messages = kept.values().stream()
                .collect(
                        Collectors.groupingBy(copies -> having(copies.getFirst().queue())));
        CompletableFuture.allOf(messages.entrySet().stream()
                        .map(entry ->
                                CompletableFuture.runAsync(() -> putAllBack(entry.getKey(), entry.getValue()), THREADS))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
    }

    private void putAllBack(Hub hub, List<List<Arrival>> messages) {
        for (List<Arrival> copies : messages) {
            if (!putBack(hub, copies)) {
                return;
            }
        }
    }

    /** Returns copies of one message; false if the server takes nothing, and need not be asked again. */
    private boolean putBack(Hub hub, List<Arrival> copies) {
        Arrival first = copies.getFirst();
        if (first.map() == null) {
            return true; // it cannot be read, here or elsewhere
        }
        List<String> names = copies.stream().map(copy -> copy.open().channel()).toList();
        boolean ordinary =
                names.equals(List.of(first.queue())) && !first.queue().endsWith("!");
        byte[] map = ordinary ? first.map() : format.marked(first.map(), names);
        try {
            byte[] member = format.member(map, hub.shard().clock().now());
            hub.putBack(keys.queue(first.queue()), member, first.score());
            return true;
        } catch (WireFormatException e) {
            LOGGER.log(Level.WARNING, "a message that was kept for the next receiver is lost", e);
            return true;
        } catch (BackendUnavailableException | ServerMemoryException e) {
            LOGGER.log(Level.WARNING, "messages that were kept for the next receiver are lost", e);
            return false;
        }
    }
}

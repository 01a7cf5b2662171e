package dev.towpath.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.towpath.BackendUnavailableException;
import dev.towpath.wire.Envelope;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Knows which of a layer's servers has what, and holds what the layer's handles share.
 *
 * <p>Groups, single-reader and process-local channels have their server by their name, as in Python. What is sent to an
 * ordinary channel goes to the servers in turn, and is received from all. Process-local channels are received from all
 * servers too, because Python sends to them by the full name and so to the wrong one.
 */
final class Servers implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(Servers.class.getName());
    private static final int CRC_BITS = 0xFFF;

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
                Connector connector =
                        new Connector(address, settings.connectTimeout(), settings.commandTimeout(), settings.tls());
                Shard shard = new Shard(connector, settings.onReconnect());
                servers.hubs.add(new Hub(shard, settings, servers.format, servers::keep));
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

    List<Hub> all() {
        return hubs;
    }

    /** The one that has a group, or the copies for a queue. */
    Hub having(String name) {
        return hubs.get(ring(name, hubs.size()));
    }

    /** The one to send to next. */
    Hub toSendTo(String queue) {
        boolean ordinary = queue.indexOf('!') < 0 && queue.indexOf('?') < 0;
        return ordinary ? hubs.get(nextTurn()) : having(queue);
    }

    /** Those that may have messages of a queue. */
    List<Hub> toReceiveFrom(String queue) {
        return queue.indexOf('?') < 0 ? hubs : List.of(having(queue));
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
        surplus.add(arrivals);
        arrivals.stream().map(Arrival::queue).distinct().forEach(this::giveKept);
    }

    /** Gives what is kept of a queue to those who wait for it. */
    void giveKept(String queue) {
        Arrival arrival = pollKept(queue);
        while (arrival != null) {
            if (!give(arrival)) {
                surplus.putBack(arrival);
                return;
            }
            arrival = pollKept(queue);
        }
    }

    private boolean give(Arrival arrival) {
        for (Hub hub : hubs) {
            if (hub.give(arrival)) {
                return true;
            }
        }
        return false;
    }

    @Nullable
    Arrival pollKept(String queue) {
        double now = having(queue).shard().clock().now();
        return surplus.poll(queue, now - settings.expiry().toNanos() / 1e9);
    }

    void forgetKept() {
        surplus.takeAll();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            hubs.forEach(Hub::close);
            putKeptBack();
            hubs.forEach(hub -> hub.shard().close());
        }
    }

    /** Returns what is kept to the servers: the copies of one message as one again. */
    private void putKeptBack() {
        record Origin(String queue, double score) {}
        Map<Origin, List<Arrival>> kept = new LinkedHashMap<>();
        for (Arrival arrival : surplus.takeAll()) {
            kept.computeIfAbsent(new Origin(arrival.queue(), arrival.score()), origin -> new ArrayList<>())
                    .add(arrival);
        }
        kept.values().forEach(this::putBack);
    }

    private void putBack(List<Arrival> copies) {
        Arrival first = copies.getFirst();
        if (first.map() == null) {
            return; // it cannot be read, here or elsewhere
        }
        List<String> names = copies.stream().map(copy -> copy.open().channel()).toList();
        boolean ordinary =
                names.equals(List.of(first.queue())) && !first.queue().endsWith("!");
        byte[] map = ordinary ? first.map() : Envelope.marked(first.map(), Envelope.CHANNEL_KEY, names);
        Hub hub = having(first.queue());
        try {
            byte[] member = format.member(map, hub.shard().clock().now());
            hub.putBack(keys.queue(first.queue()), member, first.score());
        } catch (BackendUnavailableException | ServerMemoryException e) {
            LOGGER.log(Level.WARNING, "messages that were kept for the next receiver are lost", e);
        }
    }
}

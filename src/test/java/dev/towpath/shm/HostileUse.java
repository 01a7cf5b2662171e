package dev.towpath.shm;

import dev.towpath.GroupSend;
import dev.towpath.Message;
import dev.towpath.UnreadableMessageException;
import dev.towpath.shm.store.MappedRegion;
import dev.towpath.shm.structure.BlockArena;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.RecordTable;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Does everything with a layer that can be done with one, and sees that results are well-formed and cost no memory. */
final class HostileUse {

    private static final long MIB = 1 << 20;

    /** More than any operation needs in a region of 400 KiB: a layer that is opened takes the most. */
    private static final long MOST_BYTES = 16 * MIB;

    private static final int SELDOM = 20;
    private static final Duration SHORT = Duration.ofMillis(1);
    private static final List<String> CHANNELS = List.of("one", "two", "three", "a", "b", "ws.send!");
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Path directory;
    private final @Nullable SharedMemoryLayer layer;
    private final RandomGenerator random;
    private Operation next = Operation.CHECK;

    private enum Operation {
        SEND,
        SEND_LONG,
        SEND_ALL,
        SEND_MAP,
        SEND_AND_WAIT,
        RECEIVE,
        RECEIVE_AND_WAIT,
        RECEIVE_FROM_ALL,
        RECEIVE_ASYNC,
        DRAIN,
        GROUP_ADD,
        GROUP_DISCARD,
        GROUP_CHANNELS,
        GROUP_SEND,
        GROUP_SEND_LONG,
        STATISTICS,
        CHANNEL_STATISTICS,
        NEW_CHANNEL,
        CLEAR,
        REST,
        OPEN_AGAIN,
        CHECK
    }

    /** Uses a layer, or none, and then only looks at the region. */
    HostileUse(Path directory, @Nullable SharedMemoryLayer layer, RandomGenerator random) {
        this.directory = directory;
        this.layer = layer;
        this.random = random;
    }

    /** Makes a region with something of everything. */
    static void fill(SharedMemoryLayer.Builder builder) throws InterruptedException {
        try (SharedMemoryLayer layer = builder.open()) {
            for (int i = 0; i < 5; i++) {
                layer.send("one", new byte[10]);
            }
            layer.send("two", new byte[5_000]);
            layer.send("two", new byte[70_000]);
            layer.send("ws.send!x", Map.of("text", "hello"));
            layer.send("ws.send!y", new byte[300]);
            for (String member : List.of("a", "b", "three", "ws.send!x", "ws.send!z")) {
                layer.group("room").add(member);
                layer.group("hall").add(member);
            }
            layer.group("hall").discard("three");
            layer.group("room").send(new byte[3_000]);
            layer.group("hall").send(new byte[30]);
            layer.receive("one");
            layer.receive("b");
        }
    }

    /** Lets somebody have died in the middle of everything, in slot 1. */
    static void plantDead(MappedRegion region) {
        int owner = 2;
        region.set("participant", 1, "control", Control.of(3, owner, 0, RecordTable.LIVE));
        int planted = 0;
        for (int block = 0; planted < 4; block++) {
            long control = region.get("block.control", block, "control");
            if (Control.state(control) == BlockArena.FREE) {
                region.set("block.control", block, "control", Control.withState(control, owner, 1 + planted++ % 2));
            }
        }
        int last = region.message("one", 4);
        long queued = region.get("block.control", last, "control");
        region.set("block.control", last, "control", Control.withState(queued, owner, BlockArena.LINKING));
        for (String struct : List.of("channel", "fanout", "membership")) {
            int record = 0;
            for (int state = RecordTable.INIT; state <= RecordTable.DEAD; state += 2) {
                while (Control.state(region.get(struct, record, "control")) != RecordTable.FREE) {
                    record++;
                }
                region.set(struct, record, "control", Control.of(1, owner, 0, state));
            }
        }
        long slab = region.get("slab", 0, "control");
        region.set("slab", 0, "control", Control.withState(slab, owner, 2));
    }

    /** Chooses what to do next; says what. */
    String choose() {
        Operation[] all = Operation.values();
        next = layer == null ? Operation.CHECK : all[random.nextInt(all.length)];
        if (layer != null && next == Operation.CHECK && random.nextInt(SELDOM) > 0) {
            next = Operation.RECEIVE_FROM_ALL; // a check of a region in use takes half a second
        }
        return next.name();
    }

    /** Does what was chosen. */
    void act() throws Exception {
        long thread = Thread.currentThread().threadId();
        long before = THREADS.getThreadAllocatedBytes(thread);
        try {
            act(next);
        } finally {
            long bytes = THREADS.getThreadAllocatedBytes(thread) - before;
            if (bytes > MOST_BYTES) {
                throw new AssertionError(next + " took " + bytes + " bytes of memory");
            }
        }
    }

    private String channel() {
        return CHANNELS.get(random.nextInt(CHANNELS.size()));
    }

    private String address() {
        String channel = channel();
        return channel.endsWith("!") ? channel + "x" : channel;
    }

    private SharedMemoryLayer layer() {
        return Objects.requireNonNull(layer);
    }

    private void act(Operation operation) throws Exception {
        switch (operation) {
            case SEND -> layer().trySend(address(), new byte[random.nextInt(256)]);
            case SEND_LONG -> layer().trySend(address(), new byte[random.nextInt(70_000)]);
            case SEND_ALL -> layer().sender(address()).sendAll(List.of(new byte[1], new byte[600], new byte[20]));
            case SEND_MAP -> layer().trySend(address(), Map.of("key", "value"));
            case SEND_AND_WAIT -> layer().sender(address()).send(new byte[9], SHORT);
            case RECEIVE -> look(channel(), true);
            case RECEIVE_AND_WAIT -> look(channel(), false);
            case RECEIVE_FROM_ALL -> layer().receiver(CHANNELS).receive(SHORT);
            case RECEIVE_ASYNC -> layer().receiver(channel()).receiveAsync().cancel(true);
            case DRAIN -> drain(channel());
            case GROUP_ADD -> layer().group("room").add(address());
            case GROUP_DISCARD -> layer().group("room").discard(address());
            case GROUP_CHANNELS -> layer().group("room").channels();
            case GROUP_SEND -> send(new byte[30]);
            case GROUP_SEND_LONG -> send(new byte[2_000]);
            case STATISTICS -> layer().statistics();
            case CHANNEL_STATISTICS -> layer().statistics(channel());
            case NEW_CHANNEL -> layer().trySend(layer().newChannel("reply?"), new byte[1]);
            case CLEAR -> layer().clear();
            case REST -> rest();
            case OPEN_AGAIN -> openAgain();
            case CHECK -> check();
        }
    }

    private void look(String channel, boolean once) throws InterruptedException {
        Message message = once
                ? layer().receiver(channel).tryReceive()
                : layer().receiver(channel).receive(SHORT);
        if (message != null) {
            requireAddress(channel, message.channel());
            try {
                message.map();
            } catch (UnreadableMessageException e) {
                requireAddress(channel, e.channel());
            }
        }
    }

    private static void requireAddress(String channel, String address) {
        boolean right = channel.endsWith("!")
                ? address.startsWith(channel) && address.chars().allMatch(c -> c > ' ' && c < 127)
                : address.equals(channel);
        if (!right) {
            throw new AssertionError("a message of " + channel + " says that it was sent to " + address);
        }
    }

    private void drain(String channel) {
        layer().receiver(channel).drain((address, payload) -> requireAddress(channel, address), 5);
    }

    private void send(byte[] payload) {
        GroupSend sent = layer().group("room").send(payload);
        if (sent.delivered() < 0 || sent.full() < 0) {
            throw new AssertionError(sent.toString());
        }
    }

    /** Gives the threads of the layer time for a round. */
    private void rest() {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(3);
        while (System.nanoTime() - end < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private void openAgain() {
        try (SharedMemoryLayer other = SharedMemoryLayer.builder(HostileCases.PREFIX)
                .directory(directory)
                .open()) {
            other.trySend("one", new byte[1]);
        }
    }

    /** Looks at the region. */
    void check() {
        try {
            RegionCheck check = RegionCheck.of(directory, HostileCases.PREFIX);
            if (check.toString().isEmpty()) {
                throw new AssertionError("an empty report");
            }
        } catch (UncheckedIOException e) {
            if (!(e.getCause() instanceof NoSuchFileException)) {
                throw e;
            }
        }
    }
}

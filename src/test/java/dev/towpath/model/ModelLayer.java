package dev.towpath.model;

import dev.towpath.CapacityRules;
import dev.towpath.ChannelLayer;
import dev.towpath.ChannelStatistics;
import dev.towpath.Group;
import dev.towpath.LayerBuilder;
import dev.towpath.LayerStatistics;
import dev.towpath.MemoryUse;
import dev.towpath.Message;
import dev.towpath.MessageCodec;
import dev.towpath.MessageTooLargeException;
import dev.towpath.Names;
import dev.towpath.Receiver;
import dev.towpath.Sender;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Is a channel layer in the simplest way: one lock, one list for each queue. It says how layers behave, and other
 * layers are compared with it.
 */
public final class ModelLayer implements ChannelLayer {
    final World world;
    final CapacityRules capacityRules;
    private final long expiryNanos;
    private final long groupExpiryNanos;
    private final int maxMessageSize;
    private final boolean evictOnExpiry;
    private final MessageCodec codec = MessageCodec.smile();
    private final String owner = Names.randomLetters();
    private boolean closed;

    private ModelLayer(Builder builder) {
        world = builder.world;
        evictOnExpiry = builder.evictOnExpiry;
        capacityRules = builder.rules();
        expiryNanos = builder.expiryNanos();
        groupExpiryNanos = builder.groupExpiryNanos();
        maxMessageSize = builder.maxSize();
        locked(now -> world.participants++);
    }

    /** Gives a builder of layers on a world. */
    public static Builder builder(World world) {
        return new Builder(world);
    }

    /** Collects the options of a model layer. */
    public static final class Builder extends LayerBuilder<Builder> {
        private final World world;
        private boolean evictOnExpiry;

        private Builder(World world) {
            this.world = world;
        }

        /** Sets whether a member whose message expires unread is dropped from all its groups. */
        public Builder evictOnExpiry(boolean evict) {
            evictOnExpiry = evict;
            return this;
        }

        @Override
        public ModelLayer open() {
            return new ModelLayer(this);
        }

        private CapacityRules rules() {
            return capacityRules();
        }

        private long expiryNanos() {
            return expiry().toNanos();
        }

        private long groupExpiryNanos() {
            return groupExpiry().toNanos();
        }

        private int maxSize() {
            return maxMessageSize();
        }
    }

    @Override
    public Sender sender(String channel) {
        Names.requireChannel(channel);
        return locked(now -> new ModelSender(this, channel));
    }

    @Override
    public Receiver receiver(String... channels) {
        return receiver(Arrays.asList(Objects.requireNonNull(channels, "channels")));
    }

    @Override
    public Receiver receiver(Collection<String> channels) {
        Objects.requireNonNull(channels, "channels");
        Set<String> names = new LinkedHashSet<>();
        for (String channel : channels) {
            names.add(Names.requireReceivable(channel));
        }
        if (names.isEmpty()) {
            throw new IllegalArgumentException("bad channels []: there must be at least one");
        }
        return locked(now -> new ModelReceiver(this, List.copyOf(names)));
    }

    @Override
    public Group group(String name) {
        Names.requireGroup(name);
        return locked(now -> new ModelGroup(this, name));
    }

    @Override
    public String newChannel(String pattern) {
        Names.requirePattern(pattern);
        return locked(now -> unused(() -> Names.random(pattern)));
    }

    @Override
    public String newProcessChannel(String prefix) {
        return locked(now -> unused(() -> Names.randomProcessLocal(prefix, owner)));
    }

    private String unused(Supplier<String> names) {
        String name = names.get();
        while (world.queues.containsKey(name)) {
            name = names.get();
        }
        return name;
    }

    @Override
    public LayerStatistics statistics() {
        return locked(now -> new LayerStatistics(
                world.accepted,
                world.pendingCount(),
                maxAge(now, world.queues.values()),
                world.refused,
                world.expired,
                world.groupRefused,
                new MemoryUse(world.usedMessageBytes(), world.messageMemoryBytes),
                new MemoryUse(world.usedGroupBytes(), world.groupMemoryBytes),
                (int) world.queues.values().stream()
                        .filter(queue -> !queue.waiting.isEmpty())
                        .count(),
                world.groups.size(),
                world.memberships(),
                world.participants));
    }

    @Override
    public ChannelStatistics statistics(String channel) {
        Names.requireChannel(channel);
        return locked(now -> {
            World.Queue queue = world.queue(channel);
            return new ChannelStatistics(
                    queue.accepted,
                    queue.waiting.size(),
                    maxAge(now, List.of(queue)),
                    queue.refused,
                    capacityRules.capacityOf(channel));
        });
    }

    private static Duration maxAge(long now, Collection<World.Queue> queues) {
        return Duration.ofNanos(queues.stream()
                .flatMap(queue -> queue.waiting.stream())
                .mapToLong(stored -> now - stored.sentNanos())
                .max()
                .orElse(0));
    }

    @Override
    public void clear() {
        locked(now -> {
            world.queues.values().forEach(queue -> queue.waiting.clear());
            world.groups.clear();
            return null;
        });
    }

    @Override
    public void close() {
        List<PendingReceive> ours = new ArrayList<>();
        world.lock.lock();
        try {
            if (!closed) {
                closed = true;
                world.participants--;
                world.pending.stream()
                        .filter(pending -> pending.receiver().layer() == this)
                        .forEach(ours::add);
                world.pending.removeAll(ours);
                world.changed.signalAll();
            }
        } finally {
            world.lock.unlock();
        }
        ours.forEach(pending -> pending.completeExceptionally(closedException()));
    }

    void requireOpen() {
        if (closed) {
            throw closedException();
        }
    }

    private static IllegalStateException closedException() {
        return new IllegalStateException("the layer is closed");
    }

    /** Does one thing to the world, and lets those who wait look at it again. */
    <T> T locked(LongFunction<T> action) {
        world.lock.lock();
        try {
            requireOpen();
            return action.apply(world.nowWithoutExpired());
        } finally {
            serveFutures();
            world.changed.signalAll();
            world.lock.unlock();
        }
    }

    /** Takes messages for those futures that have waited longest; what depends on them runs without the lock. */
    private void serveFutures() {
        for (PendingReceive pending : List.copyOf(world.pending)) {
            if (pending.isClaimed()) {
                world.pending.remove(pending);
            } else if (pending.receiver().hasMessage() && pending.claim()) {
                world.pending.remove(pending);
                Message message = Objects.requireNonNull(pending.receiver().poll());
                CompletableFuture.runAsync(() -> pending.deliver(message));
            }
        }
    }

    World.Stored stored(String channel, byte[] payload, long now) {
        return new World.Stored(channel, payload.clone(), now, now + expiryNanos, evictOnExpiry);
    }

    Message message(World.Stored stored) {
        return new Message(stored.channel(), stored.payload(), codec);
    }

    long groupDeadline(long now) {
        return now + groupExpiryNanos;
    }

    byte[] checked(Map<String, ?> message) {
        return checked(codec.encode(message));
    }

    byte[] checked(byte[] payload) {
        Objects.requireNonNull(payload, "payload");
        return requireSize(payload.length, payload);
    }

    byte[] checked(MemorySegment payload) {
        Objects.requireNonNull(payload, "payload");
        requireSize(payload.byteSize(), payload);
        return payload.toArray(ValueLayout.JAVA_BYTE);
    }

    private <T> T requireSize(long length, T payload) {
        if (length > maxMessageSize) {
            throw new MessageTooLargeException(length, maxMessageSize);
        }
        return payload;
    }

    static long nanos(Duration timeout) {
        return TimeUnit.NANOSECONDS.convert(Objects.requireNonNull(timeout, "timeout"));
    }
}

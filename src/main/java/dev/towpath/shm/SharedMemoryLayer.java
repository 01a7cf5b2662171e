package dev.towpath.shm;

import dev.towpath.CapacityRules;
import dev.towpath.ChannelLayer;
import dev.towpath.ChannelStatistics;
import dev.towpath.Group;
import dev.towpath.LayerBuilder;
import dev.towpath.LayerStatistics;
import dev.towpath.MessageCodec;
import dev.towpath.Names;
import dev.towpath.Receiver;
import dev.towpath.Sender;
import dev.towpath.shm.memory.BootClock;
import dev.towpath.shm.memory.CorruptedRegion;
import dev.towpath.shm.memory.RegionDirectory;
import dev.towpath.shm.memory.RegionFault;
import dev.towpath.shm.memory.RegionFile;
import dev.towpath.shm.store.Census;
import dev.towpath.shm.store.Mailbox;
import dev.towpath.shm.store.Store;
import dev.towpath.shm.store.StoreOptions;
import dev.towpath.shm.structure.Life;
import dev.towpath.shm.structure.Name;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A channel layer in memory that the processes of one machine share.
 *
 * <p>All layers that are opened with one prefix in one directory, by the same user, in one process or many, see the
 * same channels and groups. There is no server: the first that opens the prefix makes the region, a file that is
 * mapped into every process, and it stays until {@link #delete(String)} or the next boot.
 *
 * <p>Any process may be killed or stopped at any instruction without blocking another, losing a message whose send has
 * returned, or delivering one twice. What a killed process was about to receive is delivered at most once.
 *
 * <p>The age of the oldest message in statistics is its deadline less the expiry of the layer that is asked: exact as
 * long as all layers have the same expiry. Messages that a {@linkplain dev.towpath.Receiver#drain drain} has left
 * over are not in the statistics any more, and are lost when the layer is closed.
 *
 * <p>A platform thread that waits sleeps in a {@link java.nio.channels.Selector}, where it counts as running, and a
 * wait with a timeout may end a millisecond later than that; a virtual thread parks.
 *
 * <p>A layer that finds the region damaged throws {@link RegionCorruptedException}.
 */
public final class SharedMemoryLayer implements ChannelLayer {

    private static final Logger LOGGER = System.getLogger(SharedMemoryLayer.class.getName());

    private final Store store;
    private final CapacityRules capacityRules;
    private final Addresses addresses;
    private final LengthLimit lengthLimit;
    private final MessageCodec codec = MessageCodec.smile();
    private final @Nullable Encryption encryption;
    private final String processLocalName = Names.randomLetters();
    private final LeftOvers leftOvers = new LeftOvers();

    /** With which channel each new receiver begins, so that those that are used once do not all prefer the first. */
    private final AtomicInteger firstTurns = new AtomicInteger();

    private volatile boolean closed;

    private SharedMemoryLayer(
            Store store, CapacityRules capacityRules, int maxMessageSize, @Nullable Encryption encryption) {
        this.store = store;
        this.capacityRules = capacityRules;
        this.addresses = new Addresses(capacityRules);
        this.lengthLimit = new LengthLimit(maxMessageSize, store);
        this.encryption = encryption;
    }

    /**
     * Opens a layer with all options at their defaults.
     *
     * @param prefix names the region: 1 to 64 letters, digits, {@code .}, {@code _} and {@code -}
     * @return the layer
     * @throws RegionException if the region cannot be made or used; the message says what to do
     */
    public static SharedMemoryLayer open(String prefix) {
        return builder(prefix).open();
    }

    /**
     * Begins to configure a layer.
     *
     * @param prefix names the region: 1 to 64 letters, digits, {@code .}, {@code _} and {@code -}
     * @return a builder with all options at their defaults
     */
    public static Builder builder(String prefix) {
        return new Builder(Names.requirePrefix(prefix));
    }

    /**
     * Removes the region of a prefix from the default directory, with all messages and groups; does nothing if there is
     * none. Works for damaged regions and for those of other versions too.
     *
     * @param prefix names the region
     * @throws IllegalStateException if somebody has it open
     * @throws RegionException if the directory is not this user's alone
     * @throws UncheckedIOException if the file system fails
     */
    public static void delete(String prefix) {
        delete(RegionDirectory.defaultBase(), prefix);
    }

    /**
     * Removes the region of a prefix, with all messages and groups; does nothing if there is none.
     *
     * @param directory the directory that the builder was given
     * @param prefix names the region
     * @throws IllegalStateException if somebody has it open
     * @throws RegionException if the directory is not this user's alone
     * @throws UncheckedIOException if the file system fails
     */
    public static void delete(Path directory, String prefix) {
        Objects.requireNonNull(directory, "directory");
        Names.requirePrefix(prefix);
        try {
            RegionDirectory regions = RegionDirectory.find(directory);
            if (regions != null) {
                RegionFile.delete(regions, prefix);
            }
        } catch (RegionFault e) {
            throw RegionExceptions.translate(e);
        }
    }

    @Override
    public Sender sender(String channel) {
        requireOpen();
        Names.requireChannel(channel);
        Sender sender = new SharedMemorySender(this, channel, addresses.of(channel));
        return encryption == null ? sender : new EncryptingSender(sender, encryption);
    }

    @Override
    public Receiver receiver(String... channels) {
        return receiver(Arrays.asList(Objects.requireNonNull(channels, "channels")));
    }

    @Override
    public Receiver receiver(Collection<String> channels) {
        requireOpen();
        List<String> names = Names.requireReceivable(channels);
        List<Mailbox> mailboxes = names.stream().map(addresses::of).toList();
        SharedMemoryReceiver receiver = new SharedMemoryReceiver(this, names, mailboxes, firstTurns.getAndIncrement());
        return encryption == null ? receiver : new DecryptingReceiver(receiver, encryption);
    }

    @Override
    public Group group(String name) {
        requireOpen();
        Group group = new SharedMemoryGroup(this, Names.requireGroup(name));
        return encryption == null ? group : new EncryptingGroup(group, encryption);
    }

    @Override
    public String newChannel(String pattern) {
        requireOpen();
        String name = Names.random(pattern);
        while (count(name) != null) {
            name = Names.random(pattern);
        }
        return name;
    }

    @Override
    public String newProcessChannel(String prefix) {
        requireOpen();
        return Names.randomProcessLocal(prefix, processLocalName);
    }

    @Override
    public LayerStatistics statistics() {
        requireOpen();
        try {
            return Statistics.of(store.census().ofRegion());
        } catch (RuntimeException e) {
            throw translate(e);
        }
    }

    @Override
    public ChannelStatistics statistics(String channel) {
        requireOpen();
        Names.requireChannel(channel);
        return Statistics.of(count(Names.queueOf(channel)), capacityRules.capacityOf(channel));
    }

    private Census.@Nullable OfChannel count(String queue) {
        try {
            return store.census().ofChannel(Name.of(queue.getBytes(StandardCharsets.US_ASCII)));
        } catch (RuntimeException e) {
            throw translate(e);
        }
    }

    @Override
    public void clear() {
        requireOpen();
        try {
            store.clear();
            leftOvers.clear();
        } catch (RuntimeException e) {
            throw translate(e);
        }
    }

    /**
     * Leaves the region; what is in it stays for the others and for later. Threads that wait get an
     * {@link IllegalStateException}; an operation of another thread that has begun may take effect or not.
     */
    @Override
    public void close() {
        closed = true;
        store.close();
    }

    Store store() {
        return store;
    }

    LeftOvers leftOvers() {
        return leftOvers;
    }

    MessageCodec codec() {
        return codec;
    }

    byte[] encode(Map<String, ?> message) {
        return codec.encode(message);
    }

    LengthLimit lengthLimit() {
        return lengthLimit;
    }

    void requireOpen() {
        if (closed) {
            throw closedException(null);
        }
    }

    private static IllegalStateException closedException(@Nullable Throwable cause) {
        return new IllegalStateException("the layer is closed", cause);
    }

    /** Says in the API's terms what went wrong below. */
    RuntimeException translate(RuntimeException e) {
        if (e instanceof CorruptedRegion corruption) {
            return RegionExceptions.translate(corruption, store.path());
        }
        return closed && e instanceof IllegalStateException ? closedException(e) : e;
    }

    /**
     * Configures a shared-memory layer.
     *
     * <p>Not thread-safe. Can be used again after {@link #open()}.
     */
    public static final class Builder extends LayerBuilder<Builder> {

        private final String prefix;
        private long messageMemoryBytes = 100L << 20;
        private long groupMemoryBytes = 20L << 20;
        private Path directory = RegionDirectory.defaultBase();
        private boolean evictOnExpiry;
        private LongSupplier nanoClock = BootClock::nanoTime;

        private Builder(String prefix) {
            this.prefix = prefix;
        }

        /**
         * Sets the memory for messages and channels, including what it takes to manage them. Counts only for the layer
         * that makes the region.
         *
         * @param bytes 128 KiB to 8 GiB; 100 MiB unless set
         * @return this builder
         */
        public Builder messageMemory(long bytes) {
            messageMemoryBytes = Store.requireMessageMemory(bytes);
            return this;
        }

        /**
         * Sets the memory for groups; one MiB holds about 8,700 memberships. Counts only for the layer that makes the
         * region.
         *
         * @param bytes 4 KiB to 256 MiB; 20 MiB unless set
         * @return this builder
         */
        public Builder groupMemory(long bytes) {
            groupMemoryBytes = Store.requireGroupMemory(bytes);
            return this;
        }

        /**
         * Sets where the regions are. In it a directory is made that belongs to this user alone.
         *
         * @param tmpfs an existing directory, on a file system in memory; {@code /dev/shm} unless set, or the directory
         *     for temporary files where there is no {@code /dev/shm}
         * @return this builder
         */
        public Builder directory(Path tmpfs) {
            directory = Objects.requireNonNull(tmpfs, "tmpfs");
            return this;
        }

        /**
         * Sets whether a channel whose message expires unread, noticed by this layer, leaves all its groups.
         *
         * @param evict whether it does; {@code false} unless set
         * @return this builder
         */
        public Builder evictOnExpiry(boolean evict) {
            evictOnExpiry = evict;
            return this;
        }

        /** Sets the clock, for tests. */
        Builder clock(LongSupplier nanos) {
            nanoClock = nanos;
            return this;
        }

        /**
         * Opens the layer; makes the region if there is none. If there is one of other sizes, uses it as it is and logs
         * a warning.
         *
         * @return the layer
         * @throws RegionException if the region cannot be made or used; the message says what to do, and nothing
         *     half-made is left behind
         * @throws IllegalStateException if 256 layers have the region open already
         * @throws UncheckedIOException if the file system fails
         * @throws IllegalArgumentException if messages may be longer than 16 MiB less 256 bytes, or 396 if encrypted
         */
        @Override
        public SharedMemoryLayer open() {
            int overhead = encryptionKeys().isEmpty() ? 0 : Encryption.MOST_OVERHEAD_BYTES;
            int longest = Life.MAX_LENGTH - 255 - overhead;
            if (maxMessageSize() > longest) {
                throw new IllegalArgumentException("bad maxMessageSize " + maxMessageSize()
                        + ": this shared-memory layer takes messages of at most " + longest + " bytes");
            }
            CapacityRules rules = capacityRules();
            StoreOptions options = new StoreOptions(
                    messageMemoryBytes,
                    groupMemoryBytes,
                    expiry().toNanos(),
                    groupExpiry().toNanos(),
                    evictOnExpiry,
                    ascii -> rules.capacityOf(new String(ascii, StandardCharsets.US_ASCII)),
                    nanoClock);
            try {
                Store store = Store.open(directory, prefix, options);
                warnOfOtherSizes(store);
                return new SharedMemoryLayer(store, rules, maxMessageSize() + overhead, encryption());
            } catch (RegionFault e) {
                throw RegionExceptions.translate(e);
            }
        }

        private void warnOfOtherSizes(Store store) {
            if (store.messageMemoryBytes() != messageMemoryBytes || store.groupMemoryBytes() != groupMemoryBytes) {
                LOGGER.log(
                        Level.WARNING,
                        "{0} exists with {1} bytes for messages and {2} for groups, and is used as it is;"
                                + " the sizes {3} and {4} count only for a new region",
                        store.path(),
                        store.messageMemoryBytes(),
                        store.groupMemoryBytes(),
                        messageMemoryBytes,
                        groupMemoryBytes);
            }
        }

        private @Nullable Encryption encryption() {
            return encryptionKeys().isEmpty() ? null : new Encryption(encryptionKeys(), prefix, maxMessageSize());
        }
    }
}

package dev.towpath.redis;

import dev.towpath.BackendUnavailableException;
import dev.towpath.ChannelLayer;
import dev.towpath.ChannelStatistics;
import dev.towpath.Group;
import dev.towpath.LayerBuilder;
import dev.towpath.LayerStatistics;
import dev.towpath.Names;
import dev.towpath.Receiver;
import dev.towpath.Sender;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A channel layer on one or more Redis servers, which programs on many machines share, and programs in Python too: it
 * speaks the wire of channels_redis 4.
 *
 * <p>All layers with the same servers, in the same order, and the same prefix share channels and groups, and so does
 * {@code channels_redis.core.RedisChannelLayer} with the same {@code hosts} and {@code prefix}. It needs Redis 5 or
 * newer, and Jedis on the path.
 *
 * <h2>What it promises</h2>
 *
 * <p>With one master that does not fail over: a message is delivered at most once, to exactly one reader; in the order
 * of sending for each channel and server, exactly among Java programs, and by their clocks among Python's; and a
 * channel never holds more than its capacity, exactly among Java programs, while those in Python may exceed it. Each
 * server counts for itself: an ordinary channel is spread over all of them, unless {@linkplain Builder#hashed told
 * otherwise}.
 *
 * <p>When a Redis fails over to a replica, what was sent shortly before may be gone, and what was received shortly
 * before may come again, because replicas lag. When two or more Python programs read the same ordinary channel, they
 * may make messages come again too, also for Java.
 *
 * <p>When a connection breaks, a {@link BackendUnavailableException} says whether an operation was certainly not done,
 * or perhaps. Nothing that was perhaps done is repeated. Whoever waits for a message goes on waiting. At most the one
 * message that was on its way to each receiver is lost, or 128 of a {@code drain}: that is not counted, nor logged if a
 * receive has only looked before it waits. What a program that is killed had in its hands is lost too.
 *
 * <h2>What differs from other layers</h2>
 *
 * <ul>
 *   <li>A message expires by the expiry of the layer that looks at it: give the same to all. One that expires because
 *       nobody looks is gone, and is not counted.
 *   <li>Times are those of the server. Python programs use their own clocks: one that is ahead by the expiry deletes
 *       what waits in each channel it sends to. All machines should follow one time server.
 *   <li>A message to several members of a group with one queue ({@code x!a}, {@code x!b}) takes one place in it.
 *   <li>Memory is the server's, for messages and groups together, and figures are for all that it holds. It should be
 *       told not to evict ({@code maxmemory-policy noeviction}).
 *   <li>What Python programs send is not in {@code messagesCount}. Counts of a channel are forgotten one to two hours,
 *       those of the layer a day after the last use. All single-reader channels with the same name before the {@code ?}
 *       are counted together. {@link LayerStatistics#participants()} is always 1.
 *   <li>Waiting for room asks again every 1 to 50 ms: no server tells when there is some.
 *   <li>Cancelling a {@link Receiver#receiveAsync() future} takes a round trip to the server.
 *   <li>{@link Receiver#drain drain} allocates what it receives.
 *   <li>Bytes travel as a map with the one key {@code __towpath_bytes__}. They count without it in the longest message.
 *       {@link Serializer#JSON JSON} has no bytes but these.
 *   <li>{@link #clear()} removes every key that starts with the prefix, those of longer prefixes too, but not what is
 *       counted for this one; {@link #statistics()} looks at the same keys, which takes the longer the more keys the
 *       server has.
 * </ul>
 *
 * <p>Messages are encrypted, if there are keys, as Fernet tokens. They are bound to no channel, and are valid for the
 * expiry and 10 s.
 */
public final class RedisLayer implements ChannelLayer {
    private final Servers servers;
    private final Statistics statistics;
    private final String processLocalName = Names.randomLetters();

    /** With which channel each new receiver begins, so that those that are used once do not all prefer the first. */
    private final AtomicInteger firstTurns = new AtomicInteger();

    private RedisLayer(Servers servers) {
        this.servers = servers;
        this.statistics = new Statistics(servers);
    }

    /**
     * Opens a layer with all options at their defaults.
     *
     * @param uris the servers, as for {@link #builder}
     * @return the layer
     * @throws BackendUnavailableException if one of them cannot be reached or refuses user, password or database
     */
    public static RedisLayer open(String... uris) {
        return builder(uris).open();
    }

    /**
     * Begins to configure a layer.
     *
     * <p>A server is {@code redis://[user:password@]host[:port][/database]}, the same with {@code rediss} for TLS, or
     * {@code unix:///path[?db=number]}. One that sentinels watch is
     * {@code redis-sentinel://[user:password@]host[:port][,host[:port]…][/database]#master}, with the sentinels as
     * hosts, and user, password and database for the server; the same with {@code rediss-sentinel} for TLS, to the
     * sentinels and to the server. Several servers share the load; what is on which depends on their number and order,
     * which must be the same for all programs.
     *
     * @param uris the servers, at least one
     * @return a builder with all options at their defaults
     * @throws IllegalArgumentException if there is none, or one is no such URI
     * @throws IllegalStateException if Jedis is missing
     */
    public static Builder builder(String... uris) {
        Objects.requireNonNull(uris, "uris");
        if (uris.length == 0) {
            throw new IllegalArgumentException("bad uris []: there must be at least one");
        }
        requireJedis();
        return new Builder(Arrays.stream(uris).map(ServerAddress::of).toList());
    }

    private static void requireJedis() {
        try {
            Class.forName("redis.clients.jedis.Protocol", false, RedisLayer.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(
                    "RedisLayer needs Jedis: add redis.clients:jedis:8.0.2 to the dependencies, and on the module path"
                            + " \"requires redis.clients.jedis\" to the module, or --add-modules redis.clients.jedis to"
                            + " the command",
                    e);
        }
    }

    static IllegalStateException closedException() {
        return new IllegalStateException("the layer is closed");
    }

    @Override
    public Sender sender(String channel) {
        servers.requireOpen();
        return new RedisSender(servers, Names.requireChannel(channel));
    }

    @Override
    public Receiver receiver(String... channels) {
        return receiver(Arrays.asList(Objects.requireNonNull(channels, "channels")));
    }

    @Override
    public Receiver receiver(Collection<String> channels) {
        servers.requireOpen();
        List<String> names = Names.requireReceivable(channels);
        return new RedisReceiver(servers, names, firstTurns.getAndIncrement());
    }

    @Override
    public Group group(String name) {
        servers.requireOpen();
        return new RedisGroup(servers, Names.requireGroup(name));
    }

    @Override
    public String newChannel(String pattern) {
        servers.requireOpen();
        String name = Names.random(pattern);
        while (exists(name)) {
            name = Names.random(pattern);
        }
        return name;
    }

    private boolean exists(String channel) {
        Object count =
                servers.having(channel).shard().ask("EXISTS", servers.keys().queue(channel));
        return Replies.number(count) > 0;
    }

    @Override
    public String newProcessChannel(String prefix) {
        servers.requireOpen();
        return Names.randomProcessLocal(prefix, processLocalName);
    }

    @Override
    public LayerStatistics statistics() {
        servers.requireOpen();
        return statistics.ofLayer();
    }

    @Override
    public ChannelStatistics statistics(String channel) {
        servers.requireOpen();
        return statistics.of(Names.requireChannel(channel));
    }

    @Override
    public void clear() {
        servers.requireOpen();
        servers.forgetKept();
        List<byte[]> arguments =
                List.of(Keys.bytes(servers.keys().pattern()), servers.keys().statistics());
        servers.all().forEach(hub -> hub.shard().repeat(Script.CLEAR, List.of(), arguments));
    }

    /**
     * Closes the layer, and waits until no message is on its way to it: a round trip, or when a server does not answer,
     * the time for a command. What it keeps for its next receivers goes back to the servers.
     */
    @Override
    public void close() {
        servers.close();
    }

    /** Is how messages are written. All programs that share channels and groups must have the same. */
    public enum Serializer {
        /** MessagePack, as all versions of channels_redis write it. */
        MESSAGE_PACK,

        /**
         * JSON, for {@code serializer_format="json"} of channels_redis 4.2 and newer. It has no bytes: a map with a
         * {@code byte[]} in it is refused. What is sent as bytes travels as Base64.
         */
        JSON
    }

    /**
     * Configures a Redis layer.
     *
     * <p>Not thread-safe. Can be used again after {@link #open()}.
     */
    public static final class Builder extends LayerBuilder<Builder> {
        private static final int MOST_RANDOM = 64;

        private final List<ServerAddress> addresses;
        private String prefix = "asgi";
        private int randomPrefixLength = 12;
        private Serializer serializer = Serializer.MESSAGE_PACK;
        private boolean hashed;
        private Duration connectTimeout = Duration.ofSeconds(5);
        private Duration commandTimeout = Duration.ofSeconds(5);
        private Supplier<SSLSocketFactory> tls = () -> (SSLSocketFactory) SSLSocketFactory.getDefault();
        private @Nullable Login sentinelLogin;
        private Runnable onReconnect = () -> {};

        private Builder(List<ServerAddress> addresses) {
            this.addresses = addresses;
        }

        /**
         * Sets what the names of all keys on the servers start with. Choose none that another starts with: the longer
         * one's are cleared with those of the shorter.
         *
         * @param prefix visible ASCII characters but for those that patterns are made of; {@code asgi} unless set
         * @return this builder
         * @throws IllegalArgumentException if it is empty or has other characters
         */
        public Builder prefix(String prefix) {
            this.prefix = Keys.requirePrefix(prefix);
            return this;
        }

        /**
         * Sets how many random bytes make equal messages different. All programs must have the same, and only
         * channels_redis 4.2 and newer can have another number than 12.
         *
         * @param bytes 0 to 64; 12 unless set. With 0, equal messages that wait in one channel are one.
         * @return this builder
         * @throws IllegalArgumentException if it is less or more
         */
        public Builder randomPrefixLength(int bytes) {
            if (bytes < 0 || bytes > MOST_RANDOM) {
                throw new IllegalArgumentException(
                        "bad randomPrefixLength " + bytes + ": it must be 0 to " + MOST_RANDOM);
            }
            randomPrefixLength = bytes;
            return this;
        }

        /**
         * Sets how messages are written. All programs must have the same.
         *
         * @param serializer how; {@link Serializer#MESSAGE_PACK} unless set
         * @return this builder
         */
        public Builder serializer(Serializer serializer) {
            this.serializer = Objects.requireNonNull(serializer, "serializer");
            return this;
        }

        /**
         * Sets whether each ordinary channel has one of several servers, by its name, as all other channels and groups
         * have. Then its messages keep their order and its capacity is exact, but one channel's load is not shared.
         * All programs must have the same, and only those on this library can.
         *
         * @param hashed whether it has one; {@code false} unless set: messages go to the servers in turn, and a channel
         * has its capacity on each
         * @return this builder
         */
        public Builder hashed(boolean hashed) {
            this.hashed = hashed;
            return this;
        }

        /**
         * Sets how long to try to connect when the layer is opened, and each time that a connection is lost.
         *
         * @param timeout more than zero; 5 seconds unless set
         * @return this builder
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder connectTimeout(Duration timeout) {
            connectTimeout = requirePositive("connectTimeout", timeout);
            return this;
        }

        /**
         * Sets how long an operation may take that waits for nothing but the server.
         *
         * @param timeout more than zero; 5 seconds unless set
         * @return this builder
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder commandTimeout(Duration timeout) {
            commandTimeout = requirePositive("commandTimeout", timeout);
            return this;
        }

        private static Duration requirePositive(String what, Duration timeout) {
            Objects.requireNonNull(timeout, "timeout");
            if (!timeout.isPositive()) {
                throw new IllegalArgumentException("bad " + what + " " + timeout + ": it must be more than zero");
            }
            return timeout;
        }

        /**
         * Sets which certificates are trusted and shown where the server's URI says {@code rediss}. The certificate
         * must be the host's, and where sentinels tell the host, of what they tell: a name or an address.
         *
         * @param context the context; the JVM's own unless set
         * @return this builder
         */
        public Builder tls(SSLContext context) {
            tls = Objects.requireNonNull(context, "context")::getSocketFactory;
            return this;
        }

        /**
         * Sets who the layer is to sentinels, if they ask. It is not what the URI says, which is for the server.
         *
         * @param user the user; {@code default} if there is but a password
         * @param password the password
         * @return this builder
         */
        public Builder sentinelLogin(String user, String password) {
            boolean isDefault = user.equals("default");
            sentinelLogin = new Login(isDefault ? null : user, Objects.requireNonNull(password, "password"));
            return this;
        }

        /**
         * Sets what to do when the layer is connected again after a connection was lost. The server may have been
         * started anew and have forgotten all groups: this is the place to add their members again.
         *
         * @param action runs in a thread of its own, each time; nothing unless set
         * @return this builder
         */
        public Builder onReconnect(Runnable action) {
            onReconnect = Objects.requireNonNull(action, "action");
            return this;
        }

        /**
         * Connects to the servers, and tries again until the time for that is over.
         *
         * @return the layer, to be closed by the caller
         * @throws BackendUnavailableException if one of them cannot be reached or refuses user, password or database
         */
        @Override
        public RedisLayer open() {
            return new RedisLayer(Servers.open(new Settings(
                    addresses,
                    prefix,
                    expiry(),
                    groupExpiry(),
                    capacityRules(),
                    maxMessageSize(),
                    encryptionKeys(),
                    randomPrefixLength,
                    serializer,
                    hashed,
                    connectTimeout,
                    commandTimeout,
                    tls,
                    sentinelLogin,
                    onReconnect)));
        }
    }
}

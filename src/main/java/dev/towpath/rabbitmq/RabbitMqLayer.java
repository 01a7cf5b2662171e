package dev.towpath.rabbitmq;

import dev.towpath.BackendUnavailableException;
import dev.towpath.ChannelLayer;
import dev.towpath.ChannelStatistics;
import dev.towpath.Group;
import dev.towpath.LayerBuilder;
import dev.towpath.LayerStatistics;
import dev.towpath.Names;
import dev.towpath.Receiver;
import dev.towpath.Sender;
import dev.towpath.WireFormatException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A channel layer on a RabbitMQ broker, which shares channels and groups with Python programs on channels_rabbitmq 4.
 *
 * <p>All layers that are opened on one virtual host with one queue prefix see the same channels. The names that {@link
 * #newChannel} and {@link #newProcessChannel} make belong to this layer: their messages come to its <i>inbox</i>, a
 * queue that is exclusive to it, as each Python process has one. All other channels are durable classic queues that
 * every layer may receive from. Needs {@code com.rabbitmq:amqp-client} on the class or module path.
 *
 * <h2>Delivery</h2>
 *
 * <p><b>At most once</b>, in the order of sending for each channel, and with a capacity that is exact but in the inbox.
 * A message was accepted when {@code send} has returned: the broker has confirmed it. It is lost if the broker
 * restarts, or if the process that receives it dies or loses its connection while the message is on its way, with
 * {@code drain} up to 65 at once; that is not counted. What the broker may have heard is never repeated: if the
 * connection is lost before the answer, {@link BackendUnavailableException} says that the outcome is unknown. All
 * waiting for the broker is bounded by the {@linkplain Builder#commandTimeout command timeout}. A receiver that waits
 * while the connection is lost goes on waiting over the next one; so does the inbox, under the same name, but messages
 * that waited in it are lost, except those that had arrived here.
 *
 * <p>A message that came for a receiver of several channels at the same moment as another goes back to its place.
 * Whoever has received later ones meanwhile sees it after them.
 *
 * <h2>What differs from other layers</h2>
 *
 * <ul>
 *   <li>Capacity and expiry belong to the queue: who uses a channel first decides them, also for names with the same
 *       part before the {@code !}, until the queue is forgotten. Others' settings are reported once in the log.
 *   <li>Only the layer that made a name can receive from it and put it into groups: {@link
 *       UnsupportedOperationException} otherwise. {@link #newProcessChannel} puts the prefix behind the {@code !},
 *       where Python's layer can send to it, so all its names are received under one. Patterns for {@link #newChannel}
 *       have at most 74 characters.
 *   <li>The inbox as a whole refuses messages when it holds its {@linkplain Builder#remoteCapacity remote capacity}. A
 *       single channel in it that is at its capacity drops what comes, and counts it: so one slow reader never blocks
 *       another. What is sent to a name whose layer is gone, or is connecting anew, is accepted and dropped. So is
 *       what comes to the inbox and cannot be read: the first time a warning is logged, and nothing is counted.
 *   <li>Python can send to names with a {@code !} only, to others only through groups. What it sends to an {@code x!y}
 *       that no layer has made is dropped, and nobody is told, if no layer has used {@code x!} for three times the
 *       expiry and for a minute.
 *   <li>A group knows the members that this layer has added. {@code send} to a group counts once if the message reached
 *       anybody ({@code (1, 0)}), not at all if nobody is in the group ({@code (0, 0)}), and as full ({@code (0, 1)})
 *       if one queue was full, although others may have taken it. A message to several names of one {@code !} channel
 *       is copied where it is received, for the names that the receiving layer has added.
 *   <li>A message expires when it has waited its time at the broker; one in the inbox, at the latest, when it has
 *       waited twice as long. Times are rounded up to milliseconds, and are at most 49 days.
 *   <li>{@code sendAll} waits for the broker's answer to each message before it sends the next: of several on their
 *       way, a later one may find room that an earlier one did not, and there would be a gap. To be faster, send from
 *       several threads.
 *   <li>Statistics count what this layer has done; messages that wait, in the queues that it has used. The ages of
 *       messages at the broker are not known, nor how many expired there, nor how much memory there is.
 *   <li>{@link #clear} removes what this layer knows at once, and asks the other Towpath layers to do the same, which
 *       they do a little later.
 * </ul>
 *
 * <p>When the broker's memory or disk is used up, sending fails at once with a {@link dev.towpath.ChannelFullException}
 * whose {@code memoryFull} is true; a send that is caught in the middle ends with an unknown outcome. Receiving goes
 * on.
 */
public final class RabbitMqLayer implements ChannelLayer {
    private final Engine engine;

    /** With which channel each new receiver begins, so that those that are used once do not all prefer the first. */
    private final AtomicInteger firstTurns = new AtomicInteger();

    private RabbitMqLayer(Engine engine) {
        this.engine = engine;
    }

    /**
     * Begins to configure a layer.
     *
     * @param uri where the broker is: {@code amqp://user:password@host:port/vhost}, or {@code amqps} for TLS; a slash
     *     in the name of the virtual host is written {@code %2F}
     * @return a builder with all options at their defaults
     * @throws IllegalArgumentException if it is no such URI
     */
    public static Builder builder(String uri) {
        return new Builder(BrokerUri.require(uri));
    }

    @Override
    public Sender sender(String channel) {
        engine.requireOpen();
        Names.requireChannel(channel);
        int capacity = engine.options().capacityRules().capacityOf(channel);
        return new RabbitMqSender(engine, engine.addresses().of(channel), capacity);
    }

    @Override
    public Receiver receiver(String... channels) {
        return receiver(Arrays.asList(Objects.requireNonNull(channels, "channels")));
    }

    /**
     * {@inheritDoc}
     *
     * @throws UnsupportedOperationException if one of the names was made by another layer
     */
    @Override
    public Receiver receiver(Collection<String> channels) {
        engine.requireOpen();
        List<Address> addresses = Names.requireReceivable(channels).stream()
                .map(engine.addresses()::ofReceivable)
                .toList();
        return new RabbitMqReceiver(engine, addresses, firstTurns.getAndIncrement());
    }

    @Override
    public Group group(String name) {
        engine.requireOpen();
        return new RabbitMqGroup(engine, Names.requireGroup(name));
    }

    @Override
    public String newChannel(String pattern) {
        engine.requireOpen();
        return engine.addresses().newChannel(pattern);
    }

    /**
     * Makes up the name of a process-local channel that nobody uses now: {@code <inbox>!prefix.<random>}. Whatever the
     * prefix, all these names are received under one: {@code receiver("<inbox>!")}.
     *
     * @param prefix what stands behind the mark: ASCII letters, digits, {@code .}, {@code _} and {@code -}, at most
     *     {@value Names#MAX_PROCESS_PREFIX_LENGTH} characters
     * @return the name
     * @throws IllegalArgumentException if {@code prefix} is anything else
     */
    @Override
    public String newProcessChannel(String prefix) {
        engine.requireOpen();
        return engine.addresses().newProcessChannel(prefix);
    }

    @Override
    public LayerStatistics statistics() {
        engine.requireOpen();
        return Statistics.of(engine);
    }

    @Override
    public ChannelStatistics statistics(String channel) {
        engine.requireOpen();
        return Statistics.of(engine, Names.requireChannel(channel));
    }

    @Override
    public void clear() {
        engine.clear();
    }

    @Override
    public void close() {
        engine.close();
    }

    Engine engine() {
        return engine;
    }

    /**
     * Configures a RabbitMQ layer.
     *
     * <p>Not thread-safe. Can be used again after {@link #open()}.
     */
    public static final class Builder extends LayerBuilder<Builder> {
        private static final int MOST_PREFETCHED = 0xFFFF;
        private static final int LONGEST_EXCHANGE = 255;
        private static final Pattern QUEUE_PREFIX = Pattern.compile("(?!amq\\.)[A-Za-z0-9._-]{1,64}");

        private final URI uri;
        private int localCapacity = 100;
        private int remoteCapacity = 100;
        private int prefetchCount = MOST_PREFETCHED;
        private String groupsExchange = "groups";
        private String queuePrefix = "asgi";
        private @Nullable SSLContext sslContext;
        private Duration connectTimeout = Duration.ofSeconds(5);
        private Duration commandTimeout = Duration.ofSeconds(5);
        private int haste = 1;

        private Builder(URI uri) {
            this.uri = uri;
        }

        /**
         * Sets how many messages may be in this process that nobody has received yet; the others wait in the inbox at
         * the broker.
         *
         * @param messages 1 to 65,535; 100 unless set
         * @return this builder
         */
        public Builder localCapacity(int messages) {
            localCapacity = require("localCapacity", messages, MOST_PREFETCHED);
            return this;
        }

        /**
         * Sets how many messages may wait in the inbox at the broker; more are refused.
         *
         * @param messages at least 1; 100 unless set
         * @return this builder
         */
        public Builder remoteCapacity(int messages) {
            remoteCapacity = require("remoteCapacity", messages, Integer.MAX_VALUE);
            return this;
        }

        /**
         * Sets how many messages the broker may send to the inbox ahead of their acknowledgement. The lesser of this
         * and {@link #localCapacity} counts.
         *
         * @param messages 1 to 65,535; the local capacity unless set
         * @return this builder
         */
        public Builder prefetchCount(int messages) {
            prefetchCount = require("prefetchCount", messages, MOST_PREFETCHED);
            return this;
        }

        private static int require(String what, int messages, int most) {
            if (messages < 1 || messages > most) {
                throw new IllegalArgumentException("bad " + what + " " + messages + ": it must be 1 to " + most);
            }
            return messages;
        }

        /**
         * Sets the exchange that carries messages to groups. Layers with different exchanges have different groups.
         *
         * @param name 1 to 255 bytes in UTF-8; {@code "groups"} unless set, as in Python
         * @return this builder
         */
        public Builder groupsExchange(String name) {
            Objects.requireNonNull(name, "name");
            int length = name.getBytes(StandardCharsets.UTF_8).length;
            if (length < 1 || length > LONGEST_EXCHANGE) {
                throw new IllegalArgumentException("bad groupsExchange \"" + name + "\": it has " + length
                        + " bytes in UTF-8, and must have 1 to " + LONGEST_EXCHANGE);
            }
            groupsExchange = name;
            return this;
        }

        /**
         * Sets what the names of the queues of ordinary channels begin with. Layers with different prefixes share no
         * ordinary channels; names with a {@code !} they share all the same.
         *
         * @param prefix 1 to 64 letters, digits, {@code .}, {@code _} and {@code -}, not beginning with {@code amq.};
         *     {@code "asgi"} unless set
         * @return this builder
         */
        public Builder queuePrefix(String prefix) {
            Objects.requireNonNull(prefix, "prefix");
            if (!QUEUE_PREFIX.matcher(prefix).matches()) {
                throw new IllegalArgumentException("bad queuePrefix \"" + prefix + "\": it must have 1 to 64 letters,"
                        + " digits, '.', '_' and '-', and not begin with \"amq.\"");
            }
            queuePrefix = prefix;
            return this;
        }

        /**
         * Sets whom to trust, and connects with TLS whatever the URI says. The certificate must name the host.
         *
         * @param context the context; that of the JVM unless set, if the URI says {@code amqps}
         * @return this builder
         */
        public Builder sslContext(SSLContext context) {
            sslContext = Objects.requireNonNull(context, "context");
            return this;
        }

        /**
         * Sets how long to try to connect when the layer is opened, and how long each try may take later.
         *
         * @param timeout more than zero; 5 seconds unless set
         * @return this builder
         */
        public Builder connectTimeout(Duration timeout) {
            connectTimeout = requirePositive("connectTimeout", timeout);
            return this;
        }

        /**
         * Sets how long to wait for each answer of the broker.
         *
         * @param timeout more than zero; 5 seconds unless set
         * @return this builder
         */
        public Builder commandTimeout(Duration timeout) {
            commandTimeout = requirePositive("commandTimeout", timeout);
            return this;
        }

        private static Duration requirePositive(String what, Duration timeout) {
            if (!Objects.requireNonNull(timeout, "timeout").isPositive()) {
                throw new IllegalArgumentException("bad " + what + " " + timeout + ": it must be more than zero");
            }
            return timeout;
        }

        /**
         * Is not offered: the wire is shared with Python's layer, which does not encrypt.
         *
         * @param keys the keys; an empty list means that nothing is encrypted, and is accepted
         * @return this builder
         * @throws UnsupportedOperationException if there are keys
         */
        @Override
        public Builder encryptionKeys(List<String> keys) {
            if (!Objects.requireNonNull(keys, "keys").isEmpty()) {
                throw new UnsupportedOperationException(
                        "encryptionKeys: messages on RabbitMQ are not encrypted, because"
                                + " channels_rabbitmq, which shares them, cannot; use amqps instead");
            }
            return this;
        }

        /** Lets expiry times pass so many times as fast, for tests. */
        Builder haste(int times) {
            haste = times;
            return this;
        }

        /**
         * Opens the layer: connects twice, once to publish, once to receive.
         *
         * @return the layer
         * @throws BackendUnavailableException if the broker cannot be reached in time, or refuses user, password or
         *     virtual host
         * @throws WireFormatException if the exchange for groups exists with other properties
         * @throws IllegalStateException if {@code com.rabbitmq:amqp-client} is missing
         */
        @Override
        public RabbitMqLayer open() {
            requireClient();
            return new RabbitMqLayer(Engine.open(new Options(
                    uri,
                    sslContext,
                    connectTimeout,
                    commandTimeout,
                    expiry().dividedBy(haste),
                    groupExpiry().dividedBy(haste),
                    capacityRules(),
                    maxMessageSize(),
                    Math.min(localCapacity, prefetchCount),
                    remoteCapacity,
                    groupsExchange,
                    queuePrefix)));
        }

        private static void requireClient() {
            try {
                Class.forName("com.rabbitmq.client.ConnectionFactory");
            } catch (ClassNotFoundException | NoClassDefFoundError e) {
                throw new IllegalStateException(
                        "the RabbitMQ layer needs com.rabbitmq:amqp-client and org.slf4j:slf4j-api: add them to the"
                                + " dependencies, and \"requires com.rabbitmq.client\" and \"requires org.slf4j\" to"
                                + " the module if there is one",
                        e);
            }
        }
    }
}

package dev.towpath;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Carries messages between programs by the names of channels and groups.
 *
 * <p>Several layers, in one process or in many, that are opened on the same place share all channels, messages and
 * groups. Options such as expiry and capacity belong to each layer and govern what is done through it.
 *
 * <p>A layer is thread-safe, and so are the handles it gives. What a thread did before it sent a message
 * <i>happens-before</i> what another does after it received it from a layer in the same process.
 *
 * <p>After {@link #close()} the layer and its handles refuse to work: every method throws
 * {@link IllegalStateException}, but for {@code close} itself and those that only say what a handle stands for.
 */
public interface ChannelLayer extends AutoCloseable {

    /**
     * Gives a handle that sends to a channel. Nothing is stored until it sends.
     *
     * @param channel the channel's full name
     * @return the handle
     * @throws IllegalArgumentException if {@code channel} is not a {@linkplain Names#requireChannel(String) channel
     *     name}
     */
    Sender sender(String channel);

    /**
     * Gives a handle that receives from channels, as {@link #receiver(Collection)} does.
     *
     * @param channels the names of the channels, at least one
     * @return the handle
     * @throws IllegalArgumentException if there is no name, or one that cannot be {@linkplain
     *     Names#requireReceivable(String) received from}
     */
    Receiver receiver(String... channels);

    /**
     * Gives a handle that receives from channels. It takes from them in turn, starting with any, so that a message on
     * one is received however busy the others are.
     *
     * @param channels the names of the channels, at least one; a name that occurs again is ignored
     * @return the handle
     * @throws IllegalArgumentException if there is no name, or one that cannot be {@linkplain
     *     Names#requireReceivable(String) received from}
     */
    Receiver receiver(Collection<String> channels);

    /**
     * Gives a handle on a group. Nothing is stored until a channel is added.
     *
     * @param name the group's name
     * @return the handle
     * @throws IllegalArgumentException if {@code name} is not a {@linkplain Names#requireGroup(String) group name}
     */
    Group group(String name);

    /**
     * Makes up the name of a single-reader channel that nobody uses now: the pattern followed by random letters that
     * cannot be guessed. Nothing is reserved or stored.
     *
     * @param pattern what the name starts with: a channel name that ends in {@code ?}, such as
     *     {@code "http.response?"}, at most {@value Names#MAX_PATTERN_LENGTH} characters long
     * @return the name
     * @throws IllegalArgumentException if {@code pattern} is not a {@linkplain Names#requirePattern(String) pattern}
     */
    String newChannel(String pattern);

    /**
     * Makes up the name of a process-local channel that nobody uses now: {@code prefix.<layer>!<random>}. The part up
     * to and including the {@code !} is the same for all names that this layer makes with this prefix, and no other
     * layer makes it, so one receiver reads them all: {@code receiver("prefix.<layer>!")}, where
     * {@link Names#queueOf(String)} gives that part. Nothing is reserved or stored.
     *
     * @param prefix what the name starts with: ASCII letters, digits, {@code .}, {@code _} and {@code -}, at most
     *     {@value Names#MAX_PROCESS_PREFIX_LENGTH} characters
     * @return the name
     * @throws IllegalArgumentException if {@code prefix} is anything else
     */
    String newProcessChannel(String prefix);

    /**
     * Counts what the layer has carried and what it holds, for all who share it.
     *
     * @return the figures; they are taken one after the other while others may be at work, so they agree with each
     *     other exactly only when nobody is
     */
    LayerStatistics statistics();

    /**
     * Counts what a channel has carried and what it holds, for all who share it. All names with the same part up to
     * and including a {@code !} have the same figures, the capacity excepted.
     *
     * @param channel the channel's name; the part up to and including the {@code !} will do
     * @return the figures, all zero except for the capacity when the channel is not in use
     * @throws IllegalArgumentException if {@code channel} is not a {@linkplain Names#requireChannel(String) channel
     *     name}
     */
    ChannelStatistics statistics(String channel);

    /**
     * Removes all messages and all groups, for everyone who shares the layer. A message whose sending had returned
     * before is gone; one whose sending starts after is kept. What {@link #statistics()} has counted stays.
     */
    void clear();

    /**
     * Closes this layer. Blocked callers get an {@link IllegalStateException}, and so does every later caller; futures
     * from {@link Receiver#receiveAsync()} complete with one. Messages and groups stay for the others who share them
     * and for those who come later. Closing again does nothing.
     */
    @Override
    void close();

    /**
     * Sends a map, as {@link Sender#send(Map)} does.
     *
     * @param channel the channel's full name
     * @param message the message
     * @throws ChannelFullException if there is no room for it
     * @throws MessageTooLargeException if it is longer than the layer's limit
     */
    default void send(String channel, Map<String, ?> message) {
        sender(channel).send(message);
    }

    /**
     * Sends bytes, as {@link Sender#send(byte[])} does.
     *
     * @param channel the channel's full name
     * @param payload the message
     * @throws ChannelFullException if there is no room for it
     * @throws MessageTooLargeException if it is longer than the layer's limit
     */
    default void send(String channel, byte[] payload) {
        sender(channel).send(payload);
    }

    /**
     * Sends a map if there is room, as {@link Sender#trySend(Map)} does.
     *
     * @param channel the channel's full name
     * @param message the message
     * @return whether it was sent
     * @throws MessageTooLargeException if it is longer than the layer's limit
     */
    default boolean trySend(String channel, Map<String, ?> message) {
        return sender(channel).trySend(message);
    }

    /**
     * Sends bytes if there is room, as {@link Sender#trySend(byte[])} does.
     *
     * @param channel the channel's full name
     * @param payload the message
     * @return whether it was sent
     * @throws MessageTooLargeException if it is longer than the layer's limit
     */
    default boolean trySend(String channel, byte[] payload) {
        return sender(channel).trySend(payload);
    }

    /**
     * Receives a message, as {@link Receiver#receive()} does.
     *
     * @param channels the names of the channels, at least one
     * @return the message
     * @throws InterruptedException if the thread is interrupted; no message is taken then
     */
    default Message receive(String... channels) throws InterruptedException {
        return receiver(channels).receive();
    }

    /**
     * Receives a message if one comes in time, as {@link Receiver#receive(Duration)} does.
     *
     * @param timeout how long to wait
     * @param channels the names of the channels, at least one
     * @return the message, or {@code null} if none came
     * @throws InterruptedException if the thread is interrupted; no message is taken then
     */
    default @Nullable Message receive(Duration timeout, String... channels) throws InterruptedException {
        return receiver(channels).receive(timeout);
    }

    /**
     * Receives a message if there is one, as {@link Receiver#tryReceive()} does.
     *
     * @param channels the names of the channels, at least one
     * @return the message, or {@code null} if there is none
     */
    default @Nullable Message tryReceive(String... channels) {
        return receiver(channels).tryReceive();
    }
}

package dev.towpath;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Sends messages to one channel, whose name and capacity it has looked up once.
 *
 * <p>A message is a map, an array of bytes, or a segment of memory, and is copied before a method returns. A map is
 * encoded as {@link MessageCodec} says, and {@link IllegalArgumentException} names the path to a value that cannot be.
 * A message that was not sent leaves nothing behind.
 *
 * <p>A channel is full when as many messages wait in it as its {@linkplain LayerBuilder#capacity(int) capacity} says,
 * or when the memory for messages is used up. The count is exact, however many send at the same time; messages that
 * have expired do not count. Each refusal counts once in {@link ChannelStatistics#channelFullCount()}.
 */
public interface Sender {

    /**
     * Gives the full name of the channel.
     *
     * @return the name
     */
    String channel();

    /**
     * Sends a map, without ever waiting.
     *
     * @param message the message
     * @throws ChannelFullException if there is no room for it
     * @throws MessageTooLargeException if it is longer than the layer's limit
     * @throws IllegalArgumentException if it holds what a message cannot hold
     */
    void send(Map<String, ?> message);

    /**
     * Sends bytes, without ever waiting.
     *
     * @param payload the message
     * @throws ChannelFullException if there is no room for it
     * @throws MessageTooLargeException if it is longer than the layer's limit
     */
    void send(byte[] payload);

    /**
     * Sends the bytes of a segment, without ever waiting.
     *
     * @param payload the message
     * @throws ChannelFullException if there is no room for it
     * @throws MessageTooLargeException if it is longer than the layer's limit
     */
    void send(MemorySegment payload);

    /**
     * Sends a map if there is room for it now.
     *
     * @param message the message
     * @return whether it was sent
     * @throws MessageTooLargeException if it is longer than the layer's limit
     * @throws IllegalArgumentException if it holds what a message cannot hold
     */
    boolean trySend(Map<String, ?> message);

    /**
     * Sends bytes if there is room for them now.
     *
     * @param payload the message
     * @return whether it was sent
     * @throws MessageTooLargeException if it is longer than the layer's limit
     */
    boolean trySend(byte[] payload);

    /**
     * Sends the bytes of a segment if there is room for them now.
     *
     * @param payload the message
     * @return whether it was sent
     * @throws MessageTooLargeException if it is longer than the layer's limit
     */
    boolean trySend(MemorySegment payload);

    /**
     * Sends a map, and waits for room if there is none.
     *
     * @param message the message, encoded before the waiting starts
     * @param timeout how long to wait; zero or less means not at all
     * @throws ChannelFullException if there was no room all that time
     * @throws MessageTooLargeException if it is longer than the layer's limit
     * @throws IllegalArgumentException if it holds what a message cannot hold
     * @throws InterruptedException if the thread is interrupted before or while it waits; nothing is sent then
     */
    void send(Map<String, ?> message, Duration timeout) throws InterruptedException;

    /**
     * Sends bytes, and waits for room if there is none.
     *
     * @param payload the message, not to be changed before the method returns
     * @param timeout how long to wait; zero or less means not at all
     * @throws ChannelFullException if there was no room all that time
     * @throws MessageTooLargeException if it is longer than the layer's limit
     * @throws InterruptedException if the thread is interrupted before or while it waits; nothing is sent then
     */
    void send(byte[] payload, Duration timeout) throws InterruptedException;

    /**
     * Sends the bytes of a segment, and waits for room if there is none.
     *
     * @param payload the message, not to be changed before the method returns
     * @param timeout how long to wait; zero or less means not at all
     * @throws ChannelFullException if there was no room all that time
     * @throws MessageTooLargeException if it is longer than the layer's limit
     * @throws InterruptedException if the thread is interrupted before or while it waits; nothing is sent then
     */
    void send(MemorySegment payload, Duration timeout) throws InterruptedException;

    /**
     * Sends as many of several messages as there is room for, in their order, without ever waiting. Messages of others
     * may come between them.
     *
     * @param payloads the messages
     * @return how many were sent: the first that many of them. When it is fewer than all, that counts as one refusal.
     * @throws MessageTooLargeException if one of them is longer than the layer's limit; none is sent then
     */
    int sendAll(List<byte[]> payloads);
}

package dev.towpath;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Receives messages from one or more channels.
 *
 * <p>Every message is given to one receiver only, in the order of sending for each channel, and never after it has
 * expired. None of the channels starves another. Waiting costs no processor time, and no carrier thread when the
 * waiting thread is virtual.
 *
 * <p>A receive that is interrupted, cancelled, timed out or ended by closing takes no message: the message it might
 * have had stays for the next.
 */
public interface Receiver {

    /**
     * Gives the names of the channels.
     *
     * @return an unmodifiable list, in the order given, without repetitions
     */
    List<String> channels();

    /**
     * Receives a message, and waits until there is one.
     *
     * @return the message
     * @throws InterruptedException if the thread is interrupted before or while it waits
     * @throws IllegalStateException if the layer is closed before or while it waits
     */
    Message receive() throws InterruptedException;

    /**
     * Receives a message, and waits for one if there is none.
     *
     * @param timeout how long to wait; zero or less means not at all
     * @return the message, or {@code null} if none came in that time
     * @throws InterruptedException if the thread is interrupted before or while it waits
     * @throws IllegalStateException if the layer is closed before or while it waits
     */
    @Nullable
    Message receive(Duration timeout) throws InterruptedException;

    /**
     * Receives a message if there is one now.
     *
     * @return the message, or {@code null} if there is none
     */
    @Nullable
    Message tryReceive();

    /**
     * Receives a message as soon as there is one.
     *
     * <p>A future that somebody completes before a message does, by {@link CompletableFuture#cancel cancel},
     * {@link CompletableFuture#orTimeout orTimeout} or in any other way, takes no message. Work that depends on the
     * future may run on a thread of the layer and should be short; otherwise use the {@code …Async} methods.
     *
     * @return the message to come; an {@link IllegalStateException} if the layer is closed first
     */
    CompletableFuture<Message> receiveAsync();

    /**
     * Receives the messages that are there now, without waiting and without allocating anything for each.
     *
     * @param handler is called with each message in the calling thread, and may use the layer. When it throws, the
     *     message it was called with counts as received, and what it threw is passed on. Messages that were taken in
     *     the same step are kept by this layer until they expire: its next receives from their channel get them first.
     * @param limit how many messages to take at most, at least 0
     * @return how many were taken
     * @throws IllegalArgumentException if {@code limit} is negative
     */
    int drain(MessageHandler handler, int limit);
}

package dev.towpath;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Set;

/**
 * Stands for a named set of channels that are sent to together.
 *
 * <p>A group is there as long as it has members; nobody creates or deletes it. A membership ends when it is discarded,
 * or when the layer's {@linkplain LayerBuilder#groupExpiry(java.time.Duration) group expiry} has passed since the
 * channel was last added.
 */
public interface Group {

    /**
     * Gives the name of the group.
     *
     * @return the name
     */
    String name();

    /**
     * Adds a channel. Adding a member again starts its group expiry anew.
     *
     * @param channel the channel's full name
     * @throws IllegalArgumentException if {@code channel} is not a {@linkplain Names#requireChannel(String) channel
     *     name}
     * @throws GroupFullException if the memory for groups is used up; the group is as it was before
     */
    void add(String channel);

    /**
     * Takes a channel out, if it is a member.
     *
     * @param channel the channel's full name
     * @throws IllegalArgumentException if {@code channel} is not a {@linkplain Names#requireChannel(String) channel
     *     name}
     */
    void discard(String channel);

    /**
     * Lists the members.
     *
     * @return an unmodifiable snapshot; empty when nobody knows the group
     */
    Set<String> channels();

    /**
     * Counts the members.
     *
     * @return how many there are
     */
    long size();

    /**
     * Sends a map to every member. Members that are full are skipped and counted.
     *
     * @param message the message
     * @return how many members took it, and how many were full
     * @throws MessageTooLargeException if it is longer than the layer's limit, even when there is no member
     * @throws IllegalArgumentException if it holds what a message cannot hold, even when there is no member
     */
    GroupSend send(Map<String, ?> message);

    /**
     * Sends bytes to every member. Members that are full are skipped and counted.
     *
     * @param payload the message
     * @return how many members took it, and how many were full
     * @throws MessageTooLargeException if it is longer than the layer's limit, even when there is no member
     */
    GroupSend send(byte[] payload);

    /**
     * Sends the bytes of a segment to every member. Members that are full are skipped and counted.
     *
     * @param payload the message
     * @return how many members took it, and how many were full
     * @throws MessageTooLargeException if it is longer than the layer's limit, even when there is no member
     */
    GroupSend send(MemorySegment payload);
}

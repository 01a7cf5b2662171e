package dev.towpath;

import java.time.Duration;

/**
 * Counts what one channel has carried and what it holds. All names with the same part up to and including a {@code !}
 * are one channel here.
 *
 * <p>A channel that holds nothing and is not in use may be forgotten, and its counts start again at zero when it is
 * used again.
 *
 * @param messagesCount how many messages it has accepted
 * @param messagesPending how many messages wait in it
 * @param messagesMaxAge how long the oldest of them has waited; zero when there is none
 * @param channelFullCount how often a sender was refused because there was no room; members of a group that were
 *     skipped do not count here
 * @param capacity how many messages may wait in it, by the rules of the layer that was asked
 */
public record ChannelStatistics(
        long messagesCount, long messagesPending, Duration messagesMaxAge, long channelFullCount, int capacity) {}

package dev.towpath;

import java.time.Duration;

/**
 * Counts what a layer has carried and what it holds, for all who share it. Counts only grow, also when a process that
 * counted dies and when the layer is {@linkplain ChannelLayer#clear() cleared}; rates are the difference of two
 * snapshots.
 *
 * @param messagesCount how many messages have been accepted; for a group, one for each member that took it
 * @param messagesPending how many messages wait
 * @param messagesMaxAge how long the oldest of them has waited; zero when there is none
 * @param channelFullCount how often a sender was refused because there was no room
 * @param expiredCount how many messages have expired before anybody received them
 * @param groupFullCount how often a message to a group skipped a member because there was no room
 * @param messageMemory the memory for messages
 * @param groupMemory the memory for groups
 * @param channels how many channels are in use
 * @param groups how many groups have members
 * @param memberships how many members all groups have together
 * @param participants how many open layers or processes share this one, as far as the layer can tell; at least 1
 */
public record LayerStatistics(
        long messagesCount,
        long messagesPending,
        Duration messagesMaxAge,
        long channelFullCount,
        long expiredCount,
        long groupFullCount,
        MemoryUse messageMemory,
        MemoryUse groupMemory,
        int channels,
        int groups,
        long memberships,
        int participants) {}

package dev.towpath.shm;

import dev.towpath.ChannelStatistics;
import dev.towpath.LayerStatistics;
import dev.towpath.MemoryUse;
import dev.towpath.shm.store.Census;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Says in the API's terms what a census has counted. */
final class Statistics {

    private Statistics() {}

    static LayerStatistics of(Census.OfRegion census) {
        return new LayerStatistics(
                census.accepted(),
                census.pending(),
                Duration.ofMillis(census.oldestMillis()),
                census.full(),
                census.expired(),
                census.groupFull(),
                new MemoryUse(census.messageBytesUsed(), census.messageBytesTotal()),
                new MemoryUse(census.groupBytesUsed(), census.groupBytesTotal()),
                census.channels(),
                census.groups(),
                census.memberships(),
                census.participants());
    }

    /** A channel that nobody has created has had no messages. */
    static ChannelStatistics of(Census.@Nullable OfChannel census, int capacity) {
        if (census == null) {
            return new ChannelStatistics(0, 0, Duration.ZERO, 0, capacity);
        }
        return new ChannelStatistics(
                census.accepted(), census.pending(), Duration.ofMillis(census.oldestMillis()), census.full(), capacity);
    }
}

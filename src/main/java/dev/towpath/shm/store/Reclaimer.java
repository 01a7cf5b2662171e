package dev.towpath.shm.store;

import dev.towpath.shm.structure.BlockArena;
import dev.towpath.shm.structure.Channel;
import dev.towpath.shm.structure.ChannelMeter;
import dev.towpath.shm.structure.ChannelQueue;
import dev.towpath.shm.structure.ChannelTable;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.MembershipTable;
import dev.towpath.shm.structure.Name;
import dev.towpath.shm.structure.RecordTable;
import dev.towpath.shm.structure.Reference;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Gives memory back that nobody needs any more: expired messages, channels that are empty and unused, groups without
 * members.
 *
 * <p>Everything here is an ordinary operation of the structures, so any participant may do it at any time, and dying or
 * stopping in the middle of it costs nothing.
 */
final class Reclaimer {

    private final ChannelTable channels;
    private final ChannelMeter meter;
    private final ChannelQueue queue;
    private final BlockArena arena;
    private final MembershipTable memberships;
    private final Doorbells doorbells;
    private final Counters counters;
    private final Clock clock;
    private final boolean evictOnExpiry;
    private final Scratch.Pool scratches;

    Reclaimer(
            Structures structures,
            Doorbells doorbells,
            Counters counters,
            Clock clock,
            boolean evictOnExpiry,
            Scratch.Pool scratches) {
        this.channels = structures.channels();
        this.meter = structures.meter();
        this.queue = structures.queue();
        this.arena = structures.arena();
        this.memberships = structures.memberships();
        this.doorbells = doorbells;
        this.counters = counters;
        this.clock = clock;
        this.evictOnExpiry = evictOnExpiry;
        this.scratches = scratches;
    }

    /**
     * Makes room for a message, harder with each attempt.
     *
     * @return whether it is worth trying again
     */
    boolean reclaimMemory(int attempt) {
        switch (attempt) {
            case 0 -> dropAllExpired();
            case 1 -> deleteUnused(true);
            case 2 -> deleteUnused(false);
            default -> {
                return false;
            }
        }
        arena.unmarkExhausted();
        return true;
    }

    /** Makes room for a channel: by another channel's record, or by a block for its dummy. */
    boolean reclaimChannels(int attempt) {
        return reclaimMemory(attempt);
    }

    /** Drops the expired messages of all channels; returns how many. */
    int dropAllExpired() {
        int dropped = 0;
        Scratch scratch = scratches.borrow();
        try {
            for (int record = 0; record < channels.records().count(); record++) {
                long control = channels.records().control(record);
                if (Control.state(control) == RecordTable.LIVE) {
                    dropped += dropExpired(channels.open(Reference.to(control, record)), scratch);
                }
            }
        } finally {
            scratches.giveBack(scratch);
        }
        return dropped;
    }

    /**
     * The time by which a receiver takes messages. If expiry evicts, what has expired by then is dropped here first, so
     * that the receiver meets none: a message that is sent later expires later.
     */
    LongSupplier timeOfTaking(Channel channel) {
        if (!evictOnExpiry) {
            return clock;
        }
        long now = clock.nowMillis();
        Scratch scratch = scratches.borrow();
        try {
            drop(channel, scratch, true, () -> now, Long.MAX_VALUE);
        } finally {
            scratches.giveBack(scratch);
        }
        return () -> now;
    }

    /** Drops the expired messages at the front of a channel; returns how many. */
    int dropExpired(Channel channel, Scratch scratch) {
        return drop(channel, scratch, true, clock, Long.MAX_VALUE);
    }

    /** Drops every message that is in a channel now. */
    void dropEverything(Channel channel, Scratch scratch) {
        drop(channel, scratch, false, () -> Long.MAX_VALUE, meter.lastPosition(channel));
    }

    private int drop(Channel channel, Scratch scratch, boolean expiring, LongSupplier nowMillis, long end) {
        boolean evicting = expiring && evictOnExpiry;
        Discard discard = scratch.discard().withNames(evicting);
        int dropped = 0;
        while (true) { // ends: each round drops something, or ends
            Name queueName = evicting ? channels.name(channel) : null; // before it is taken: later it may be another's
            int taken = queue.take(channel, scratch.dropped(), discard, 1, nowMillis, end);
            if (taken <= 0) {
                return dropped;
            }
            discard.finish(taken);
            dropped += taken;
            if (expiring) {
                counters.expired(taken);
            }
            if (queueName != null) {
                evict(queueName, discard);
            }
            doorbells.roomMade(channel);
        }
    }

    private void evict(Name queueName, Discard discard) {
        Set<Name> evicted = new HashSet<>();
        for (byte[] fullName : discard.fullNames()) {
            boolean prefixed = queueName.endsInMark();
            evicted.add(prefixed && fullName.length > 0 ? Name.stored(fullName) : queueName);
        }
        for (int record = 0; record < memberships.records().count(); record++) {
            long membership = memberships.liveMembership(record);
            if (membership != Reference.NONE && evicted.contains(memberships.name(membership))) {
                memberships.discard(membership);
            }
        }
    }

    /** Deletes the empty channels that nobody waits at: of single readers only, or all. */
    private void deleteUnused(boolean singleReaderOnly) {
        for (int record = 0; record < channels.records().count(); record++) {
            long control = channels.records().control(record);
            if (Control.state(control) == RecordTable.LIVE) {
                Channel channel = channels.open(Reference.to(control, record));
                if (!channels.hasWaiters(channel)
                        && (!singleReaderOnly || channels.name(channel).isSingleReader())) {
                    delete(channel);
                }
            }
        }
    }

    /** Deletes a channel if it is empty, and tells its waiters to look it up again. */
    void delete(Channel channel) {
        if (channels.delete(channel)) {
            doorbells.messageSent(channel);
            doorbells.roomMade(channel);
        }
    }

    /** Unlinks discarded and expired memberships, and deletes empty groups. */
    void pruneGroups() {
        memberships.prune(clock.nowMillis());
    }
}

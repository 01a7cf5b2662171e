package dev.towpath.shm.store;

import dev.towpath.shm.memory.Words;
import dev.towpath.shm.structure.Blocks;
import dev.towpath.shm.structure.Channel;
import dev.towpath.shm.structure.ChannelTable;
import java.util.concurrent.TimeUnit;

/**
 * Wires together what one participant does in a region: everything but the file, the lock of its seat and the threads.
 *
 * <p>So a test can let a participant do the same over other words, and without these.
 */
final class Operations {

    private final Structures structures;
    private final Participants participants;
    private final Payloads payloads;
    private final Sweeps sweeps;
    private final Counters counters;
    private final Clock clock;
    private final StoreOptions options;
    private final Scratch.Pool scratches;
    private final Reclaimer reclaimer;
    private final MessageStore messages;
    private final GroupStore groups;
    private final Waits waits;
    private final Watch watch;
    private final Housekeeper housekeeper;

    Operations(
            Structures structures, Participants participants, WakeSockets sockets, Clock clock, StoreOptions options) {
        int slot = Participants.slot(structures.owner());
        Words words = structures.words();
        this.structures = structures;
        this.participants = participants;
        this.payloads = new Payloads(structures);
        Bells bells = new Bells(words, participants, sockets);
        this.sweeps = new Sweeps(structures, participants, bells);
        this.counters = new Counters(participants, slot);
        this.clock = clock;
        this.options = options;
        this.scratches = new Scratch.Pool(place -> new Scratch(place, structures, payloads));
        ChannelTable channels = structures.channels();
        WaitingRoom receivers = new WaitingRoom(
                channels::isWorthALook, new WaiterMarks(words, participants, slot, Channel::receiversAt));
        WaitingRoom senders =
                new WaitingRoom(channel -> true, new WaiterMarks(words, participants, slot, Channel::sendersAt));
        Doorbells doorbells = new Doorbells(words, participants, bells, slot, receivers, senders);
        this.reclaimer = new Reclaimer(structures, doorbells, counters, clock, options.evictOnExpiry(), scratches);
        this.messages = new MessageStore(
                structures, payloads, doorbells, counters, reclaimer, clock, options.expiryNanos(), scratches);
        this.groups = new GroupStore(structures, messages, payloads, reclaimer, counters, clock, options, scratches);
        this.watch = new Watch(words, participants.at(slot), sockets, receivers, senders);
        this.waits = new Waits(messages, channels, receivers, senders, watch);
        long idleMillis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(options.expiryNanos()));
        this.housekeeper =
                new Housekeeper(structures, participants, slot, sweeps, reclaimer, watch, clock, idleMillis, scratches);
    }

    Sweeps sweeps() {
        return sweeps;
    }

    MessageStore messages() {
        return messages;
    }

    GroupStore groups() {
        return groups;
    }

    Waits waits() {
        return waits;
    }

    Watch watch() {
        return watch;
    }

    Housekeeper housekeeper() {
        return housekeeper;
    }

    Clock clock() {
        return clock;
    }

    /** How much payload the region has room for. */
    long payloadBytes() {
        return (long) structures.blocks().granules() * Blocks.GRANULE_BYTES;
    }

    Batch newBatch() {
        return new Batch(structures, payloads);
    }

    /** Reads all counts of a region that has budgets of these sizes. */
    Census census(long messageMemoryBytes, long groupMemoryBytes) {
        return new Census(structures, participants, counters, clock, options, messageMemoryBytes, groupMemoryBytes);
    }

    void clear() {
        Clearing.run(structures, reclaimer, scratches);
    }
}

package dev.towpath.shm.store;

import dev.towpath.shm.structure.Channel;
import dev.towpath.shm.structure.ChannelMeter;
import dev.towpath.shm.structure.ChannelQueue;
import dev.towpath.shm.structure.ChannelTable;
import dev.towpath.shm.structure.Reference;
import dev.towpath.shm.structure.Run;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends, takes and expires messages.
 *
 * <p>"Full" is said of a channel only after its expired messages have been dropped, and of the memory only after all
 * expired messages were dropped, channels that nobody uses were deleted, and every block was looked at.
 *
 * <p>Thread-safe.
 */
public final class MessageStore {

    /** What became of a message. */
    public enum Outcome {
        /** It is in the queue. */
        SENT,
        /** The channel was at its capacity; nothing is stored. */
        CHANNEL_FULL,
        /** The message memory was used up; nothing is stored. */
        MEMORY_FULL
    }

    private final ChannelTable channels;
    private final ChannelMeter meter;
    private final ChannelQueue queue;
    private final Payloads payloads;
    private final Doorbells doorbells;
    private final Counters counters;
    private final Reclaimer reclaimer;
    private final Clock clock;
    private final long expiryNanos;
    private final Scratch.Pool scratches;

    MessageStore(
            Structures structures,
            Payloads payloads,
            Doorbells doorbells,
            Counters counters,
            Reclaimer reclaimer,
            Clock clock,
            long expiryNanos,
            Scratch.Pool scratches) {
        this.channels = structures.channels();
        this.meter = structures.meter();
        this.queue = structures.queue();
        this.payloads = payloads;
        this.doorbells = doorbells;
        this.counters = counters;
        this.reclaimer = reclaimer;
        this.clock = clock;
        this.expiryNanos = expiryNanos;
        this.scratches = scratches;
    }

    /**
     * Sends a message. It is left to the caller to {@linkplain #countRefused count} a refusal.
     *
     * @param mailbox where to
     * @param payload its payload
     * @return what became of it
     */
    public Outcome send(Mailbox mailbox, byte[] payload) {
        Scratch scratch = scratches.borrow();
        try {
            if (isFull(mailbox, scratch)) {
                return Outcome.CHANNEL_FULL;
            }
            long message = allocate(scratch.run());
            boolean filled = message != Reference.NONE
                    && fill(message, mailbox.prefix(), payload, scratch.expiringAt(clock.deadlineMillis(expiryNanos)));
            return filled ? link(mailbox, scratch) : Outcome.MEMORY_FULL;
        } finally {
            freeUnlinked(scratch.run());
            scratches.giveBack(scratch);
        }
    }

    /**
     * Sends a message. It is left to the caller to {@linkplain #countRefused count} a refusal.
     *
     * @param mailbox where to
     * @param payload its payload
     * @return what became of it
     */
    public Outcome send(Mailbox mailbox, MemorySegment payload) {
        Scratch scratch = scratches.borrow();
        try {
            return send(mailbox, payload, scratch.expiringAt(clock.deadlineMillis(expiryNanos)));
        } finally {
            scratches.giveBack(scratch);
        }
    }

    /** Sends a message that expires when the scratch says. */
    Outcome send(Mailbox mailbox, MemorySegment payload, Scratch scratch) {
        try {
            if (isFull(mailbox, scratch)) {
                return Outcome.CHANNEL_FULL;
            }
            long message = allocate(scratch.run());
            boolean filled = message != Reference.NONE && fill(message, mailbox.prefix(), payload, scratch);
            return filled ? link(mailbox, scratch) : Outcome.MEMORY_FULL;
        } finally {
            freeUnlinked(scratch.run());
        }
    }

    /** Links a message that was written by the caller, or frees it. */
    Outcome link(Mailbox mailbox, long message, Scratch scratch) {
        try {
            scratch.run().add(message);
            return link(mailbox, scratch);
        } finally {
            freeUnlinked(scratch.run());
        }
    }

    private Outcome link(Mailbox mailbox, Scratch scratch) {
        int linked = link(mailbox, scratch.run(), scratch);
        return linked > 0 ? Outcome.SENT : linked == 0 ? Outcome.CHANNEL_FULL : Outcome.MEMORY_FULL;
    }

    /** Frees what was allocated and not linked, after an error too. */
    private void freeUnlinked(Run run) {
        for (int i = run.linked(); i < run.count(); i++) {
            payloads.free(run.block(i));
        }
        run.clear();
    }

    /** Whether a message would be refused, so that there is no point in writing it. */
    private boolean isFull(Mailbox mailbox, Scratch scratch) {
        Channel channel = mailbox.channel();
        return channel != null
                && queue.isFull(channel, mailbox.capacity())
                && reclaimer.dropExpired(channel, scratch) == 0
                && queue.isFull(channel, mailbox.capacity());
    }

    /** Allocates the block of a message into a run; NONE if there was no memory. */
    private long allocate(Run run) {
        long message = payloads.allocate();
        for (int attempt = 0; message == Reference.NONE && reclaimer.reclaimMemory(attempt); attempt++) {
            message = payloads.allocate();
        }
        if (message != Reference.NONE) {
            run.add(message);
        }
        return message;
    }

    private boolean fill(long message, byte[] prefix, byte[] payload, Scratch scratch) {
        if (Payloads.isShort(prefix.length + (long) payload.length)) {
            payloads.fill(message, prefix, payload, scratch.deadlineMillis());
            return true;
        }
        return fillParts(message, scratch.content().refer(prefix, payload), scratch.deadlineMillis());
    }

    private boolean fill(long message, byte[] prefix, MemorySegment payload, Scratch scratch) {
        if (Payloads.isShort(prefix.length + payload.byteSize())) {
            payloads.fill(message, prefix, payload, scratch.deadlineMillis());
            return true;
        }
        return fillParts(message, scratch.content().refer(prefix, payload), scratch.deadlineMillis());
    }

    private boolean fillParts(long message, Content content, long deadlineMillis) {
        try {
            boolean filled = payloads.fillParts(message, content, deadlineMillis);
            for (int attempt = 0; !filled && reclaimer.reclaimMemory(attempt); attempt++) {
                filled = payloads.fillParts(message, content, deadlineMillis);
            }
            return filled;
        } finally {
            content.forget();
        }
    }

    /** Links what there is room for; -1 if there is no memory for the channel itself. */
    private int link(Mailbox mailbox, Run run, Scratch scratch) {
        while (true) { // lock-free: the channel was deleted, or expired messages made room
            Channel channel = findOrCreate(mailbox);
            if (channel == null) {
                return -1;
            }
            int linked = queue.link(channel, run, mailbox.capacity());
            if (linked > 0) {
                doorbells.messageSent(channel);
                return linked;
            }
            if (linked == Channel.GONE) {
                channels.bury(channel);
                mailbox.found(null);
            } else if (reclaimer.dropExpired(channel, scratch) == 0 && queue.isFull(channel, mailbox.capacity())) {
                return 0; // full after nothing had expired: what was expired before, somebody else may have dropped
            }
        }
    }

    /**
     * Sends messages in order, up to the first that does not fit, and counts a refusal once.
     *
     * @param mailbox where to
     * @param payloadsInOrder their payloads
     * @return how many were sent
     */
    public int sendAll(Mailbox mailbox, List<byte[]> payloadsInOrder) {
        long deadline = clock.deadlineMillis(expiryNanos);
        int sent = 0;
        while (sent < payloadsInOrder.size()) {
            int most = Math.min(Scratch.MESSAGES, payloadsInOrder.size() - sent);
            int linked = sendRun(mailbox, payloadsInOrder, sent, sent + most, deadline);
            sent += linked;
            if (linked == 0) {
                countRefused(mailbox);
                break;
            }
        }
        return sent;
    }

    /**
     * Sends messages in one step. All blocks are allocated before the first is written: a compare-and-set waits until
     * what was written before it has reached the cache, and these waits would add up.
     */
    private int sendRun(Mailbox mailbox, List<byte[]> payloadsInOrder, int from, int to, long deadline) {
        Scratch scratch = scratches.borrow();
        Run run = scratch.run();
        try {
            while (run.count() < to - from && allocate(run) != Reference.NONE) {}
            fill(scratch.expiringAt(deadline), mailbox, payloadsInOrder, from);
            return run.count() == 0 ? 0 : Math.max(0, link(mailbox, run, scratch));
        } finally {
            freeUnlinked(scratch.run());
            scratches.giveBack(scratch);
        }
    }

    /** Writes payloads into blocks, as many as there is memory for, and frees the others. */
    private void fill(Scratch scratch, Mailbox mailbox, List<byte[]> payloadsInOrder, int from) {
        Run run = scratch.run();
        int filled = 0;
        while (filled < run.count()
                && fill(run.block(filled), mailbox.prefix(), payloadsInOrder.get(from + filled), scratch)) {
            filled++;
        }
        for (int i = filled; i < run.count(); i++) {
            payloads.release(run.block(i));
        }
        run.truncate(filled);
    }

    /**
     * Counts a refused send.
     *
     * @param mailbox where it was sent to
     */
    public void countRefused(Mailbox mailbox) {
        counters.full(1);
        Channel channel = mailbox.channel();
        if (channel != null) {
            meter.countFull(channel);
        }
    }

    /**
     * Takes the next message.
     *
     * @param mailbox where from
     * @return its content, or null if there is none
     */
    public byte @Nullable [] take(Mailbox mailbox) {
        Channel channel = find(mailbox);
        if (channel == null) {
            return null;
        }
        Scratch scratch = scratches.borrow();
        try {
            SingleDelivery delivery = scratch.single();
            while (true) { // ends: each round drops expired messages, or finds the channel deleted
                int taken = queue.take(
                        channel, scratch.run(), delivery, 1, reclaimer.timeOfTaking(channel), Long.MAX_VALUE);
                if (taken == Channel.GONE) {
                    channel = refind(mailbox, channel);
                } else if (taken > 0) {
                    finish(channel, delivery, taken);
                    if (delivery.isDelivered(taken - 1)) {
                        return delivery.takeContent();
                    }
                }
                if (channel == null || taken == 0) {
                    return null;
                }
            }
        } finally {
            scratches.giveBack(scratch);
        }
    }

    /**
     * Takes what is there, in one step.
     *
     * @param mailbox where from
     * @param batch receives the messages
     * @param limit how many at most, at least 1
     * @return whether there was any
     */
    public boolean take(Mailbox mailbox, Batch batch, int limit) {
        Channel channel = find(mailbox);
        while (channel != null) {
            int taken = queue.take(
                    channel, batch.run(), batch.delivery(), limit, reclaimer.timeOfTaking(channel), Long.MAX_VALUE);
            if (taken == 0) {
                return false;
            }
            if (taken == Channel.GONE) {
                channel = refind(mailbox, channel);
            } else if (finish(channel, batch.delivery(), taken) < taken) {
                return true;
            }
        }
        return false;
    }

    /** Frees what a step has taken, counts what had expired, and tells who waits for room. */
    private int finish(Channel channel, Delivery delivery, int taken) {
        int expired = delivery.finish(taken);
        counters.expired(expired);
        doorbells.roomMade(channel);
        return expired;
    }

    private @Nullable Channel refind(Mailbox mailbox, Channel gone) {
        channels.bury(gone);
        mailbox.found(null);
        return find(mailbox);
    }

    /**
     * Finds the channel of a mailbox.
     *
     * @param mailbox the address
     * @return the channel, or null if nobody has created it
     */
    @Nullable
    Channel find(Mailbox mailbox) {
        Channel channel = mailbox.channel();
        if (channel == null) {
            long found = channels.find(mailbox.queue());
            if (found != Reference.NONE) {
                channel = channels.open(found);
                mailbox.found(channel);
            }
        }
        return channel;
    }

    /** Forgets the channel of a mailbox if it has been deleted. */
    void forgetIfGone(Mailbox mailbox) {
        Channel channel = mailbox.channel();
        if (channel != null && channels.isGone(channel)) {
            channels.finishDeletion(channel);
            mailbox.found(null);
        }
    }

    /** Finds or creates the channel of a mailbox; null if there is no memory for it. */
    @Nullable
    Channel findOrCreate(Mailbox mailbox) {
        Channel channel = mailbox.channel();
        if (channel == null) {
            long found = channels.create(mailbox.queue());
            for (int attempt = 0; found == Reference.NONE && reclaimer.reclaimChannels(attempt); attempt++) {
                found = channels.create(mailbox.queue());
            }
            if (found != Reference.NONE) {
                channel = channels.open(found);
                mailbox.found(channel);
            }
        }
        return channel;
    }
}

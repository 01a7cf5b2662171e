package dev.towpath.shm.store;

import dev.towpath.shm.memory.Words;
import dev.towpath.shm.structure.Channel;
import dev.towpath.shm.structure.ChannelMeter;
import dev.towpath.shm.structure.ChannelTable;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.RecordTable;
import dev.towpath.shm.structure.Reference;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Does in the background what must happen though nobody asks for it: recovers the dead, drops what has expired, deletes
 * what is unused, and looks at what is waited for, each time it wakes (see {@link Watch#lookAround}).
 *
 * <p>Each duty has a word that says when it is due. Who moves that word on does the duty this time; if he dies or
 * stops in the middle, the next time comes all the same, and somebody else does it. No duty needs to be done by one
 * alone. What walks through the region waits between its rounds so much longer than they take, where there is a lot to
 * walk through, that it costs a two-thousandth of a processor.
 */
final class Housekeeper implements Runnable {

    /** The longest time between two rounds of any duty. */
    static final long MOST_MILLIS = 5_000;

    /** How long nobody looks for the dead after somebody has. */
    static final long PROBE_MILLIS = 100;

    private static final long EXPIRE_MILLIS = 500;
    private static final long PRUNE_MILLIS = 5_000;
    private static final long TIMES_AS_LONG_AS_A_ROUND = 2_000;
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SINGLE_READER_IDLE_MILLIS = 2_000;

    private final Words words;
    private final long dutiesAt;
    private final Participants participants;
    private final int slot;
    private final Sweeps sweeps;
    private final Reclaimer reclaimer;
    private final Watch watch;
    private final ChannelTable channels;
    private final ChannelMeter meter;
    private final Clock clock;
    private final long idleMillis;
    private final Scratch.Pool scratches;

    /** The position each channel had when it was last seen to be in use, and when that was. */
    private final long[] positions;

    private final long[] usedAtMillis;
    private final Complaints complaints = new Complaints(Housekeeper.class, "housekeeping");
    private long expireMillis = EXPIRE_MILLIS;
    private volatile boolean closed;

    Housekeeper(
            Structures structures,
            Participants participants,
            int slot,
            Sweeps sweeps,
            Reclaimer reclaimer,
            Watch watch,
            Clock clock,
            long idleMillis,
            Scratch.Pool scratches) {
        this.words = structures.words();
        this.dutiesAt = structures.layout().dutiesAt();
        this.participants = participants;
        this.slot = slot;
        this.sweeps = sweeps;
        this.reclaimer = reclaimer;
        this.watch = watch;
        this.channels = structures.channels();
        this.meter = structures.meter();
        this.clock = clock;
        this.idleMillis = idleMillis;
        this.scratches = scratches;
        this.positions = new long[channels.records().count()];
        this.usedAtMillis = new long[channels.records().count()];
        Arrays.fill(positions, -1);
    }

    @Override
    public void run() {
        long workAtNanos = System.nanoTime();
        while (!closed) {
            attempt(this::awaitDue);
            attempt(watch::lookAround);
            if (System.nanoTime() - workAtNanos >= 0 && !attempt(this::work)) {
                workAtNanos = System.nanoTime() + PAUSE_NANOS;
            }
        }
    }

    /** Does something; if that fails, pauses, because it may have been the sleep between two rounds. */
    private boolean attempt(Runnable step) {
        try {
            step.run();
            return true;
        } catch (RuntimeException e) {
            if (closed) {
                return false;
            }
            complaints.about(e);
        } catch (VirtualMachineError e) {
            // There is not even memory to speak of it, or the region's file was cut short.
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PROBE_MILLIS));
        return false;
    }

    /** Does what is due. */
    void work() {
        if (isDue(DutyLayout.PROBE, PROBE_MILLIS)) {
            participants.recoverDead(slot, sweeps::recover);
        }
        sweeps.settle();
        if (isDue(DutyLayout.EXPIRE, expireMillis)) {
            long begin = System.nanoTime();
            expire();
            long pauseNanos = (System.nanoTime() - begin) * TIMES_AS_LONG_AS_A_ROUND;
            expireMillis = Math.clamp(TimeUnit.NANOSECONDS.toMillis(pauseNanos), EXPIRE_MILLIS, MOST_MILLIS);
        }
        if (isDue(DutyLayout.PRUNE, PRUNE_MILLIS)) {
            reclaimer.pruneGroups();
        }
    }

    /** Sleeps while nothing is due: the dead are looked for most often. Forgets an interrupt, which would end that. */
    private void awaitDue() {
        long millis = words.getVolatile(dutiesAt + DutyLayout.PROBE) - clock.nowMillis();
        Thread.interrupted();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(Math.clamp(millis, 1, PROBE_MILLIS)));
    }

    private boolean isDue(long duty, long everyMillis) {
        long now = clock.nowMillis();
        long due = words.getVolatile(dutiesAt + duty);
        boolean sane = due - now <= MOST_MILLIS; // a time too far ahead cannot have been set by us
        return (now >= due || !sane) && words.compareAndSet(dutiesAt + duty, due, now + everyMillis);
    }

    private void expire() {
        Scratch scratch = scratches.borrow();
        long now = clock.nowMillis();
        try {
            for (int record = 0; record < channels.records().count() && !closed; record++) {
                long control = channels.records().control(record);
                if (Control.state(control) == RecordTable.LIVE) {
                    Channel channel = channels.open(Reference.to(control, record));
                    reclaimer.dropExpired(channel, scratch);
                    deleteIfUnused(record, channel, now);
                }
            }
        } finally {
            scratches.giveBack(scratch);
        }
    }

    /** Deletes a channel that has been empty and without a send for some time. */
    private void deleteIfUnused(int record, Channel channel, long now) {
        long position = meter.lastPosition(channel);
        if (position != positions[record] || position != meter.head(channel).position()) {
            positions[record] = position;
            usedAtMillis[record] = now;
            return;
        }
        long idle = now - usedAtMillis[record];
        if (idle >= idleMillis || (idle >= SINGLE_READER_IDLE_MILLIS && isOver(channel))) {
            usedAtMillis[record] = now;
            reclaimer.delete(channel); // who waits is told, and creates it again
        }
    }

    /** Whether a channel is a single reader's, who does not wait any more. */
    private boolean isOver(Channel channel) {
        return !channels.hasWaiters(channel) && channels.name(channel).isSingleReader();
    }

    /** Ends the thread soon. */
    void close() {
        closed = true;
    }
}

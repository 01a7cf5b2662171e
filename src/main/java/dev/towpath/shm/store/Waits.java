package dev.towpath.shm.store;

import dev.towpath.shm.structure.Channel;
import dev.towpath.shm.structure.ChannelTable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Lets a thread wait at channels until an attempt succeeds.
 *
 * <p>The thread makes the attempt itself, each time it is woken. So an interrupted, timed-out or cancelled wait has
 * taken nothing: whether to give up is decided before the next attempt, never after a delivery.
 *
 * <p>Thread-safe.
 */
public final class Waits {

    private static final long MEMORY_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final boolean MAY_SPIN = Runtime.getRuntime().availableProcessors() > 1;
    private static final long SPIN_NANOS = TimeUnit.MICROSECONDS.toNanos(30);
    private static final int LOOKS_PER_CLOCK = 8;

    private final MessageStore messages;
    private final ChannelTable channels;
    private final WaitingRoom receivers;
    private final WaitingRoom senders;
    private final Watch watch;
    private final AtomicBoolean spinning = new AtomicBoolean();
    private volatile boolean closed;

    Waits(MessageStore messages, ChannelTable channels, WaitingRoom receivers, WaitingRoom senders, Watch watch) {
        this.messages = messages;
        this.channels = channels;
        this.receivers = receivers;
        this.senders = senders;
        this.watch = watch;
    }

    /**
     * Waits for messages.
     *
     * @param mailboxes where
     * @param attempt tries to receive
     * @param deadlineNanos when to give up, by {@link System#nanoTime}
     * @return whether the attempt succeeded
     * @throws InterruptedException if the thread was interrupted; then the attempt has not succeeded
     */
    public boolean forMessage(List<Mailbox> mailboxes, BooleanSupplier attempt, long deadlineNanos)
            throws InterruptedException {
        return await(receivers, mailboxes, attempt, deadlineNanos);
    }

    /**
     * Waits for room.
     *
     * @param mailbox where
     * @param attempt tries to send
     * @param deadlineNanos when to give up, by {@link System#nanoTime}
     * @return whether the attempt succeeded
     * @throws InterruptedException if the thread was interrupted; then the attempt has not succeeded
     */
    public boolean forRoom(Mailbox mailbox, BooleanSupplier attempt, long deadlineNanos) throws InterruptedException {
        return await(senders, List.of(mailbox), attempt, deadlineNanos);
    }

    private boolean await(WaitingRoom room, List<Mailbox> mailboxes, BooleanSupplier attempt, long deadlineNanos)
            throws InterruptedException {
        if (spin(attempt, deadlineNanos)) {
            return true;
        }
        Outcome outcome = Outcome.CHANNEL_GONE;
        while (outcome == Outcome.CHANNEL_GONE) {
            List<Channel> present = findOrCreate(mailboxes);
            Waiter waiter = new Waiter(present);
            room.enter(waiter);
            try {
                outcome = await(room, waiter, mailboxes, attempt, deadlineNanos);
            } finally {
                room.leave(waiter);
            }
        }
        return outcome == Outcome.SUCCEEDED;
    }

    /** How waiting at one life of the channels has ended. */
    private enum Outcome {
        SUCCEEDED,
        TIMED_OUT,
        CHANNEL_GONE
    }

    private Outcome await(
            WaitingRoom room, Waiter waiter, List<Mailbox> mailboxes, BooleanSupplier attempt, long deadlineNanos)
            throws InterruptedException {
        boolean complete = waiter.channels().size() == mailboxes.size();
        while (true) { // once for each signal
            waiter.reset();
            room.mark(waiter.channels());
            if (attempt.getAsBoolean()) {
                return Outcome.SUCCEEDED;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            long now = System.nanoTime();
            if (deadlineNanos - now <= 0) {
                return Outcome.TIMED_OUT;
            }
            checkOpen();
            if (forgetGone(mailboxes, waiter.channels())) {
                return Outcome.CHANNEL_GONE;
            }
            if (!complete) { // no memory for a channel to wait at: try again soon
                watch.await(waiter, Math.min(deadlineNanos, now + MEMORY_PATIENCE_NANOS));
                return Outcome.CHANNEL_GONE;
            }
            watch.await(waiter, deadlineNanos);
        }
    }

    /**
     * Looks again and again for about as long as it takes to fall asleep and be woken: an answer often comes sooner.
     * Only one thread at a time, only if another processor can send meanwhile, and no virtual thread, whose carrier
     * has better things to do.
     */
    private boolean spin(BooleanSupplier attempt, long deadlineNanos) {
        if (!MAY_SPIN || Thread.currentThread().isVirtual() || !spinning.compareAndSet(false, true)) {
            return false;
        }
        try {
            long end = Math.min(SPIN_NANOS, deadlineNanos - System.nanoTime()) + System.nanoTime();
            while (end - System.nanoTime() > 0 && !closed) {
                for (int i = 0; i < LOOKS_PER_CLOCK; i++) {
                    if (attempt.getAsBoolean()) {
                        return true;
                    }
                    Thread.onSpinWait();
                }
            }
            return false;
        } finally {
            spinning.set(false);
        }
    }

    /** The channels of mailboxes, as far as there is memory for them. */
    private List<Channel> findOrCreate(List<Mailbox> mailboxes) {
        List<Channel> found = new ArrayList<>(mailboxes.size());
        for (Mailbox mailbox : mailboxes) {
            Channel channel = messages.findOrCreate(mailbox);
            if (channel != null) {
                found.add(channel);
            }
        }
        return found;
    }

    /** Whether a channel has been deleted; then its mailbox looks it up again. */
    private boolean forgetGone(List<Mailbox> mailboxes, List<Channel> present) {
        boolean anyGone = false;
        for (Channel channel : present) {
            anyGone |= channels.isGone(channel);
        }
        if (anyGone) {
            mailboxes.forEach(messages::forgetIfGone);
        }
        return anyGone;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the layer is closed");
        }
    }

    /** Lets everybody who waits for messages look again, because there may be some that are not in a queue. */
    public void lookAgain() {
        receivers.wakeAll();
    }

    /** Wakes everybody who waits, and lets nobody wait any more. */
    void close() {
        closed = true;
        receivers.wakeAll();
        senders.wakeAll();
    }
}

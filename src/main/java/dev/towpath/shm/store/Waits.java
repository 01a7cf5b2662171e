package dev.towpath.shm.store;

import dev.towpath.shm.structure.Channel;
import dev.towpath.shm.structure.ChannelTable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(Waker.PATIENCE_MILLIS);

    private final MessageStore messages;
    private final ChannelTable channels;
    private final WaitingRoom receivers;
    private final WaitingRoom senders;
    private volatile boolean closed;

    Waits(MessageStore messages, ChannelTable channels, WaitingRoom receivers, WaitingRoom senders) {
        this.messages = messages;
        this.channels = channels;
        this.receivers = receivers;
        this.senders = senders;
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
        while (true) { // once for each life of the channels
            List<Channel> present = findOrCreate(mailboxes);
            Waiter waiter = new Waiter(Thread.currentThread(), present);
            boolean complete = present.size() == mailboxes.size();
            room.enter(waiter);
            try {
                while (true) { // once for each signal
                    waiter.reset();
                    room.mark(present);
                    if (attempt.getAsBoolean()) {
                        return true;
                    }
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                    long now = System.nanoTime();
                    if (deadlineNanos - now <= 0) {
                        return false;
                    }
                    checkOpen();
                    if (forgetGone(mailboxes, present)) {
                        break;
                    }
                    waiter.await(complete ? deadlineNanos : Math.min(deadlineNanos, now + PATIENCE_NANOS));
                    if (!complete) {
                        break;
                    }
                }
            } finally {
                room.leave(waiter);
            }
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

    /** Wakes everybody who waits, and lets nobody wait any more. */
    void close() {
        closed = true;
        receivers.wakeAll();
        senders.wakeAll();
    }
}

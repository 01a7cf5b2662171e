package dev.towpath.shm.store;

import dev.towpath.shm.memory.Words;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sleeps in the name of all waiting threads of a participant until its bell rings, and wakes those for whom there is
 * something.
 *
 * <p>One thread at a time keeps the watch, the others park. A platform thread that begins to wait takes it if nobody
 * has it: when the message is for that thread, it is awake already, and no other has to wake it. A virtual thread must
 * not block in a system call. So where threads park and nobody keeps the watch, the {@link Waker} is called, and keeps
 * it as long as anybody is parked.
 *
 * <p>In case that a ringer stopped between sending and ringing (if one died, {@link Bells#ringAll} is called), or that
 * the byte that wakes was lost, {@link #lookAround} looks at every channel that somebody waits at. Where there is no
 * socket nobody says that he sleeps, and who keeps the watch polls the bell.
 *
 * <h2>Why somebody keeps the watch while anybody is parked</h2>
 *
 * Who parks is counted (K1), then looks whether the watch is kept (K2), and calls the waker if it is not. Who puts it
 * down does so (K3), then looks whether anybody is parked (K4), and calls the waker if so; the waker itself, before it
 * parks. If K2 sees that the watch is kept, it comes before K3, so K1 comes before K4.
 *
 * <p>Who is signalled is not counted any more, from the signal on: so the waker puts the watch down when it has woken
 * the last one, and that one, if it is a platform thread, takes it when it waits again. If the last one leaves in
 * another way, the waker sleeps on for nobody, until the bell rings or somebody looks around.
 *
 * <h2>Crash windows</h2>
 *
 * The shared words are this participant's own: others only set bits in bell and news. If its process dies with {@code
 * sleeping} set, whoever rings finds the socket broken and goes on; if it dies with news taken, those whom the news was
 * for have died with it, and the sweep clears its marks. If it stops anywhere for an hour, so do those who wait in it,
 * and nobody else waits for it; when it goes on, what was rung meanwhile stands in bell and news. If only the thread
 * that keeps the watch fails, by an error between taking news and signalling, a look around makes up for it.
 */
final class Watch {

    private static final long MOST_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** A look at a channel takes half a microsecond, and may cost a thousandth of a processor. */
    private static final long PATIENCE_NANOS_PER_CHANNEL = TimeUnit.MICROSECONDS.toNanos(500);

    private final Words words;
    private final long bellAt;
    private final long sleepingAt;
    private final long newsAt;
    private final WakeSockets sockets;
    private final WaitingRoom receivers;
    private final WaitingRoom senders;
    private final AtomicReference<@Nullable Thread> keeper = new AtomicReference<>();
    private final AtomicInteger parked = new AtomicInteger();
    private volatile @Nullable Thread waker;
    private volatile boolean closed;
    private long lookAtNanos = System.nanoTime();

    Watch(Words words, long participantAt, WakeSockets sockets, WaitingRoom receivers, WaitingRoom senders) {
        this.words = words;
        this.bellAt = participantAt + ParticipantLayout.BELL;
        this.sleepingAt = participantAt + ParticipantLayout.SLEEPING;
        this.newsAt = participantAt + ParticipantLayout.NEWS;
        this.sockets = sockets;
        this.receivers = receivers;
        this.senders = senders;
    }

    /**
     * Lets the present thread sleep until it is signalled or interrupted (which stays pending), or the deadline. It
     * keeps the watch meanwhile, if it can and nobody else does; then it may sleep up to a millisecond too long,
     * because one waits at a socket for whole ones.
     *
     * @param waiter the present thread, which is in its room
     * @param deadlineNanos when to give up, by {@link System#nanoTime}
     */
    void await(Waiter waiter, long deadlineNanos) {
        Thread thread = Thread.currentThread();
        if (thread.isVirtual() || !keeper.compareAndSet(null, thread)) {
            park(waiter, thread, deadlineNanos);
            return;
        }
        try {
            keep(waiter, thread, deadlineNanos);
        } finally {
            keeper.set(null); // K3
            if (parked.get() > 0) { // K4
                LockSupport.unpark(waker);
            }
        }
    }

    private void keep(Waiter waiter, Thread thread, long deadlineNanos) {
        Waiter.Sleep sleep = () -> {
            if (!thread.equals(Thread.currentThread())) {
                sockets.wakeUp();
            }
        };
        waiter.fallAsleep(sleep); // or it is signalled, and not asleep
        long remaining = deadlineNanos - System.nanoTime();
        while (remaining > 0 && waiter.isAsleep(sleep) && !thread.isInterrupted()) {
            readNews();
            if (waiter.isAsleep(sleep)) {
                sleep(remaining);
            }
            remaining = deadlineNanos - System.nanoTime();
        }
        waiter.wakeUp(sleep);
    }

    private void park(Waiter waiter, Thread thread, long deadlineNanos) {
        Waiter.Sleep sleep = () -> {
            parked.decrementAndGet();
            LockSupport.unpark(thread);
        };
        parked.incrementAndGet(); // K1
        boolean fellAsleep = false;
        try {
            fellAsleep = waiter.fallAsleep(sleep);
            if (fellAsleep && keeper.get() == null) { // K2
                LockSupport.unpark(waker);
            }
            long remaining = deadlineNanos - System.nanoTime();
            while (remaining > 0 && waiter.isAsleep(sleep) && !thread.isInterrupted()) {
                LockSupport.parkNanos(waiter, remaining);
                remaining = deadlineNanos - System.nanoTime();
            }
        } finally {
            if (!fellAsleep || waiter.wakeUp(sleep)) { // else whoever has signalled has counted
                parked.decrementAndGet();
            }
        }
    }

    /**
     * Keeps the watch with the present thread, the waker, as long as anybody is parked. Returns when nobody is, or
     * another thread keeps it.
     */
    void keepForParked() {
        Thread thread = Thread.currentThread();
        waker = thread;
        while (isNeeded() && keeper.compareAndSet(null, thread)) { // K4, when it comes round
            try {
                readNews();
                while (isNeeded()) {
                    sleep(Long.MAX_VALUE);
                    readNews();
                }
            } finally {
                keeper.set(null); // K3
            }
        }
    }

    /** Whether somebody is parked. Also forgets an interrupt of the waker, who would not sleep any more with one. */
    private boolean isNeeded() {
        Thread.interrupted();
        return parked.get() > 0 && !closed;
    }

    private void sleep(long nanos) {
        words.getAndSet(sleepingAt, sockets.available() ? 1 : 0); // P1
        try {
            if (words.getVolatile(bellAt) == 0) { // P2
                sockets.await(nanos, () -> words.getVolatile(bellAt) != 0);
            }
        } finally {
            words.setRelease(sleepingAt, 0);
        }
    }

    /** Takes the bell before the news, so that news which comes in between rings again. */
    private void readNews() {
        long bell = words.getVolatile(bellAt) == 0 ? 0 : words.getAndSet(bellAt, 0);
        for (; bell != 0; bell &= bell - 1) {
            int word = Long.numberOfTrailingZeros(bell);
            long news = words.getAndSet(newsAt + word * (long) Long.BYTES, 0);
            for (; news != 0; news &= news - 1) {
                int bucket = word * Long.SIZE + Long.numberOfTrailingZeros(news);
                receivers.signal(bucket);
                senders.signal(bucket);
            }
        }
    }

    /**
     * Wakes whoever keeps the watch and has missed the bell, or keeps it for nobody, and whoever might have missed some
     * news. The latter is done less often where thousands of channels are waited at, so that it costs a thousandth of a
     * processor, but at least every five seconds. To be called often, by one thread.
     */
    void lookAround() {
        Thread keeping = keeper.get();
        boolean isForNobody = keeping != null && keeping.equals(waker) && parked.get() == 0;
        if (isForNobody || (keeping != null && words.getVolatile(bellAt) != 0)) {
            sockets.wakeUp();
        }
        if (System.nanoTime() - lookAtNanos >= 0) {
            long channels = (long) receivers.signalAll() + senders.signalAll();
            long pauseNanos = Math.min(channels * PATIENCE_NANOS_PER_CHANNEL, MOST_PATIENCE_NANOS);
            lookAtNanos = System.nanoTime() + pauseNanos;
        }
    }

    /** Lets the waker keep the watch no more. */
    void close() {
        closed = true;
        sockets.wakeUp();
        LockSupport.unpark(waker);
    }

    /** Whether the waker is not needed any more. */
    boolean isClosed() {
        return closed;
    }
}

package dev.towpath.shm.store;

import dev.towpath.shm.memory.Words;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sleeps in the name of all waiting threads of a participant, and wakes those for whom there is something.
 *
 * <p>One platform thread per participant: a virtual thread must not block in a system call, and thousands of them share
 * this one. It reads the news when its bell rings. In case that a ringer stopped between sending and ringing (if one
 * died, {@link Bells#ringAll} is called), it looks from time to time at every channel that somebody waits at: every
 * {@value #PATIENCE_MILLIS} ms, or with many channels so seldom that it costs a thousandth of a processor, but at least
 * every {@value #MOST_PATIENCE_MILLIS} ms. Where there is no socket it does not say that it sleeps, and polls its bell.
 */
final class Waker implements Runnable {

    /** How long a message can lie unnoticed, where few wait, if its sender stops before it rings. */
    static final long PATIENCE_MILLIS = 150;

    private static final long MOST_PATIENCE_MILLIS = 2_000;
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    private static final long MOST_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(MOST_PATIENCE_MILLIS);
    private static final long TIMES_AS_LONG_AS_A_LOOK = 1_000;

    private final Words words;
    private final long bellAt;
    private final long sleepingAt;
    private final long newsAt;
    private final WakeSockets sockets;
    private final WaitingRoom receivers;
    private final WaitingRoom senders;
    private final Complaints complaints = new Complaints(Waker.class, "waking");
    private volatile boolean closed;

    Waker(Words words, long participantAt, WakeSockets sockets, WaitingRoom receivers, WaitingRoom senders) {
        this.words = words;
        this.bellAt = participantAt + ParticipantLayout.BELL;
        this.sleepingAt = participantAt + ParticipantLayout.SLEEPING;
        this.newsAt = participantAt + ParticipantLayout.NEWS;
        this.sockets = sockets;
        this.receivers = receivers;
        this.senders = senders;
    }

    @Override
    public void run() {
        long lookAt = System.nanoTime() + PATIENCE_NANOS;
        while (!closed) {
            try {
                lookAt = wake(lookAt);
                sleep(lookAt);
            } catch (RuntimeException e) {
                if (!closed) {
                    complaints.about(e);
                    LockSupport.parkNanos(PATIENCE_NANOS);
                }
            } catch (VirtualMachineError e) { // there is not even memory to speak of it, but there will be again
                LockSupport.parkNanos(PATIENCE_NANOS);
            }
        }
    }

    /** Wakes those for whom there is news, and from time to time whoever might have missed some; returns when next. */
    private long wake(long lookAt) {
        readNews();
        long begin = System.nanoTime();
        if (begin - lookAt < 0) {
            return lookAt;
        }
        receivers.signalAll();
        senders.signalAll();
        long end = System.nanoTime();
        return end + Math.clamp((end - begin) * TIMES_AS_LONG_AS_A_LOOK, PATIENCE_NANOS, MOST_PATIENCE_NANOS);
    }

    private void sleep(long untilNanos) {
        words.getAndSet(sleepingAt, sockets.available() ? 1 : 0); // P1
        if (words.getVolatile(bellAt) == 0 && !closed) { // P2
            long nanos = Math.min(untilNanos - System.nanoTime(), PATIENCE_NANOS); // the byte that wakes may be lost
            sockets.await(nanos, () -> words.getVolatile(bellAt) != 0 || closed);
        }
        words.setRelease(sleepingAt, 0);
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

    /** Ends the thread soon. */
    void close() {
        closed = true;
        sockets.wakeUp();
    }
}

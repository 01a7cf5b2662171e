package dev.towpath.bench.peers;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** Asks and answers through a link, and measures the time between. */
final class Questions {
    /** The first byte of a message that ends the answering. */
    private static final byte LAST = 1;

    private static final int DIGITS = 3;
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final Link link;
    private final boolean sleeping;
    private final byte[] message;

    Questions(Link link, int bytes, boolean sleeping) {
        this.link = link;
        this.sleeping = sleeping;
        this.message = new byte[bytes];
    }

    /** Sends every message back until the last one comes. */
    void answer() throws Exception {
        byte[] reply = new byte[message.length];
        int first;
        do {
            first = await();
            push(reply);
        } while (first != LAST);
    }

    /** The same with a pause before each answer, in which the asker falls asleep; its length is told in the word. */
    void answerAfter(long pauseNanos, SharedWord paused) throws Exception {
        byte[] reply = new byte[message.length];
        int first;
        do {
            first = await();
            long begin = System.nanoTime();
            LockSupport.parkNanos(pauseNanos);
            paused.set(System.nanoTime() - begin);
            push(reply);
        } while (first != LAST);
    }

    /** Asks one question after the other; the times in nanoseconds. */
    Histogram ask(long millis) throws Exception {
        Histogram times = new Histogram(DIGITS);
        long now = System.nanoTime();
        long end = now + TimeUnit.MILLISECONDS.toNanos(millis);
        while (now - end < 0) {
            long asked = now;
            push(message);
            await();
            now = System.nanoTime();
            times.recordValue(now - asked);
        }
        finish();
        return times;
    }

    /**
     * Asks one question after the other with a pause between, in which the answerer falls asleep. Neither this pause
     * nor the answerer's is part of the times.
     */
    Histogram askAfter(long pauseNanos, SharedWord paused, long millis) throws Exception {
        Histogram times = new Histogram(DIGITS);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() - end < 0) {
            LockSupport.parkNanos(pauseNanos);
            long asked = System.nanoTime();
            push(message);
            await();
            times.recordValue(System.nanoTime() - asked - paused.get());
        }
        finish();
        return times;
    }

    /**
     * Asks at a fixed rate, whether answers have come or not, and counts from when a question should have been asked. A
     * delay so counts for all that wait behind it.
     */
    Histogram askAtRate(long millis, int perSecond) throws Exception {
        Histogram times = new Histogram(DIGITS);
        long interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
        long questions = millis * perSecond / 1_000;
        long begin = System.nanoTime();
        long asked = 0;
        long answered = 0;
        while (answered < questions) {
            long now = System.nanoTime();
            if (now - begin > LONGEST_NANOS) {
                throw new IllegalStateException("answered " + answered + " of " + questions + " questions in 20 s");
            }
            if (asked < questions && now - begin >= asked * interval && link.offer(message)) {
                asked++;
            }
            if (asked > answered && link.tryTake() >= 0) {
                times.recordValue(System.nanoTime() - begin - answered * interval);
                answered++;
            }
        }
        finish();
        return times;
    }

    /** The same for links that sleep: a question waits for the answer to the one before. */
    Histogram askAtRateAsleep(long millis, int perSecond) throws Exception {
        Histogram times = new Histogram(DIGITS);
        long interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
        long due = System.nanoTime();
        long end = due + TimeUnit.MILLISECONDS.toNanos(millis);
        while (due - end < 0) {
            while (System.nanoTime() - due < 0) {
                Thread.onSpinWait();
            }
            push(message);
            await();
            times.recordValue(System.nanoTime() - due);
            due += interval;
        }
        finish();
        return times;
    }

    private void finish() throws Exception {
        byte[] last = message.clone();
        last[0] = LAST;
        push(last);
        await();
    }

    private void push(byte[] bytes) throws Exception {
        while (!link.offer(bytes)) {
            Thread.onSpinWait();
        }
    }

    private int await() throws Exception {
        if (sleeping) {
            return link.take();
        }
        int first = link.tryTake();
        while (first < 0) {
            Thread.onSpinWait();
            first = link.tryTake();
        }
        return first;
    }
}

package dev.towpath.shm;

import dev.towpath.Group;
import dev.towpath.MessageHandler;
import dev.towpath.Receiver;
import dev.towpath.Sender;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Shows that a process goes on, whatever happens to others: a thread that performs operations that nobody may hold up,
 * and notes the longest time from the end of one to the end of the next.
 *
 * <p>On a busy machine that time says more about the machine. So what counts is that time less the time for which the
 * thread stood in line for a processor, as the kernel knows it, and less the time by which the {@link Ticker} was
 * late in it, because the process was stopped or paused. What is left was spent in the operations: running, or waiting
 * for somebody.
 */
final class Pulse implements AutoCloseable {

    private static final String COMMON_CHANNEL = "pulse";
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SUSPICIOUS_NANOS = Window.NANOS / 2;
    private static final byte[] PAYLOAD = new byte[300];
    private static final MessageHandler IGNORE = (channel, payload) -> {};
    private static final int OPERATIONS_AT = 0;
    private static final int NET_AT = 1;
    private static final int QUEUED_AT = 2;
    private static final int LATE_AT = 3;
    private static final int LONG_GAPS_AT = 4;
    private static final int WINDOWS_AT = 16;

    private final SharedMemoryLayer layer;
    private final Journal journal;
    private final Ticker ticker = Ticker.start();
    private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::run);
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;

    private Pulse(SharedMemoryLayer layer, Journal journal) {
        this.layer = layer;
        this.journal = journal;
    }

    /** Starts, and notes results in a file. */
    static Pulse start(SharedMemoryLayer layer, Path file) {
        Pulse pulse = new Pulse(layer, Journal.open(file));
        pulse.thread.start();
        return pulse;
    }

    /** How often the pulse that notes in a journal has beaten. */
    static long beats(Journal journal) {
        return journal.get(OPERATIONS_AT);
    }

    private void run() {
        try {
            beat();
        } catch (IOException | RuntimeException | Error e) {
            e.printStackTrace(); // at once, for who misses the beats
            failure = e;
        }
    }

    private void beat() throws IOException {
        try (RandomAccessFile delays = new RandomAccessFile("/proc/thread-self/schedstat", "r")) {
            String own = layer.newChannel("pulse?");
            Sender sender = layer.sender(own);
            Receiver receiver = layer.receiver(own);
            Sender common = layer.sender(COMMON_CHANNEL);
            Receiver commonReceiver = layer.receiver(COMMON_CHANNEL);
            Group group = layer.group("pulse");
            Moment before = Moment.now(delays, ticker);
            for (int i = 1; !closed; i++) {
                LockSupport.parkNanos(PAUSE_NANOS);
                sender.send(PAYLOAD); // what this thread does alone
                if (receiver.drain(IGNORE, 1) != 1) {
                    throw new AssertionError("a message that nobody else can have taken is gone");
                }
                if (!common.trySend(PAYLOAD)) { // what all do in one place
                    commonReceiver.drain(IGNORE, 1);
                }
                group.add(own);
                group.discard(own);
                long gap = System.nanoTime() - before.nanos();
                if (gap >= SUSPICIOUS_NANOS) {
                    ticker.awaitTick();
                }
                note(i, gap, before, Moment.now(delays, ticker));
                before = Moment.now(delays, ticker);
            }
        }
    }

    /** A time, and how long the thread had stood in line, and the ticker had been late, until then. */
    private record Moment(long nanos, long queuedNanos, long lateNanos) {
        static Moment now(RandomAccessFile delays, Ticker ticker) throws IOException {
            return new Moment(System.nanoTime(), delayNanos(delays), ticker.lateNanos());
        }
    }

    private void note(int operations, long gap, Moment before, Moment after) {
        journal.set(OPERATIONS_AT, operations);
        long queued = after.queuedNanos() - before.queuedNanos();
        long late = after.lateNanos() - before.lateNanos();
        long net = gap - queued - late;
        journal.set(WINDOWS_AT + Window.place(Window.of(before.nanos() + gap)), Window.of(before.nanos() + gap));
        journal.set(LONG_GAPS_AT, journal.get(LONG_GAPS_AT) + (net > Window.NANOS ? 1 : 0));
        if (net > journal.get(NET_AT)) {
            journal.set(NET_AT, net);
            journal.set(QUEUED_AT, queued);
            journal.set(LATE_AT, late);
        }
    }

    /** For how long this thread has stood in line for a processor since it began: the second of three numbers. */
    private static long delayNanos(RandomAccessFile schedstat) throws IOException {
        byte[] line = new byte[80];
        schedstat.seek(0);
        int length = schedstat.read(line);
        return Long.parseLong(new String(line, 0, length, StandardCharsets.US_ASCII).split(" ")[1]);
    }

    /** Ends; says so if an operation has failed. */
    @Override
    public void close() {
        closed = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        ticker.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw new AssertionError("the pulse has failed", failure);
        }
    }

    /**
     * What all pulses have noted: the longest net gap of a process with what was taken off it, how many
     * were longer than a window, and in how many windows nobody at all has done anything although this process had a
     * processor.
     */
    record Sum(
            int processes,
            long operations,
            long netNanos,
            long queuedNanos,
            long lateNanos,
            long longGaps,
            long windows,
            long silentWindows) {
        @Override
        public String toString() {
            return operations + " pulses of " + processes + " processes, none in " + silentWindows + " of " + windows
                    + " windows of 100 ms; " + longGaps + " gaps of a process over 100 ms net, at most "
                    + netNanos / 1_000_000 + " ms, besides " + queuedNanos / 1_000_000 + " ms in line and "
                    + lateNanos / 1_000_000 + " ms stopped or paused";
        }
    }

    /** Sums up what has happened between two times, by the journals of all pulses. */
    Sum sum(List<Journal> all, long fromNanos, long toNanos) {
        Journal worst = Collections.max(all, Comparator.comparingLong(pulse -> pulse.get(NET_AT)));
        long counted = 0;
        long silent = 0;
        for (long window = Window.of(fromNanos) + 1; window < Window.of(toNanos); window++) {
            if (ticker.wasOnTime(window)) {
                counted++;
                silent += hasPulse(all, window) ? 0 : 1;
            }
        }
        return new Sum(
                all.size(),
                all.stream().mapToLong(Pulse::beats).sum(),
                worst.get(NET_AT),
                worst.get(QUEUED_AT),
                worst.get(LATE_AT),
                all.stream().mapToLong(pulse -> pulse.get(LONG_GAPS_AT)).sum(),
                counted,
                silent);
    }

    private static boolean hasPulse(List<Journal> all, long window) {
        return all.stream().anyMatch(pulse -> pulse.get(WINDOWS_AT + Window.place(window)) == window);
    }
}

package dev.towpath.shm;

import dev.towpath.shm.store.RegisterView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Measures how long it takes from the end of a killed process until everything that it held has been swept up. */
final class Recoveries implements AutoCloseable {

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final RegisterView register;
    private final Ticker ticker = Ticker.start();
    private final List<Pending> pending = new ArrayList<>();
    private final Delays delays;
    private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::run);
    private volatile boolean closed;

    /** A dead participant; when its process had ended, and how late the ticker had been before. */
    private record Pending(RegisterView.Entry entry, long endedNanos, long lateNanos) {}

    private Recoveries(RegisterView register, Delays delays) {
        this.register = register;
        this.delays = delays;
    }

    /** Watches a region, and notes the delays. */
    static Recoveries watch(Path base, String prefix, Delays delays) {
        Recoveries recoveries = new Recoveries(RegisterView.of(base, prefix), delays);
        recoveries.thread.start();
        return recoveries;
    }

    /** Kills a process that has a slot, which may take the kernel a while, and waits for its end. */
    void kill(PeerJvm peer, int slot) {
        RegisterView.Entry victim = register.entry(slot);
        peer.kill();
        synchronized (this) {
            pending.add(new Pending(victim, System.nanoTime(), ticker.lateNanos()));
        }
    }

    private void run() {
        while (!closed) {
            LockSupport.parkNanos(POLL_NANOS);
            synchronized (this) {
                for (Iterator<Pending> each = pending.iterator(); each.hasNext(); ) {
                    Pending dead = each.next();
                    if (!register.isJoined(dead.entry())) {
                        long lateNanos = ticker.lateNanos() - dead.lateNanos();
                        delays.add(Math.max(0, System.nanoTime() - dead.endedNanos() - lateNanos));
                        each.remove();
                    }
                }
            }
        }
        register.close();
    }

    /** How many have not been swept up yet. */
    synchronized int open() {
        return pending.size();
    }

    @Override
    public void close() {
        closed = true;
    }
}

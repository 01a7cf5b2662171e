package dev.towpath.shm;

import dev.towpath.shm.store.RegisterView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Measures how long it takes from the kill of a process until everything that it held has been swept up. */
final class Recoveries implements AutoCloseable {

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final RegisterView register;
    private final Ticker ticker = Ticker.start();
    private final List<Pending> pending = new ArrayList<>();
    private final Delays delays;
    private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::run);
    private volatile boolean closed;

    /** A dead participant; when it was killed, and how late the ticker had been before. */
    private record Pending(RegisterView.Entry entry, long killedNanos, long lateNanos) {}

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

    /** Kills a process that has a slot. */
    void kill(PeerJvm peer, int slot) {
        Pending dead = new Pending(register.entry(slot), System.nanoTime(), ticker.lateNanos());
        peer.kill();
        synchronized (this) {
            pending.add(dead);
        }
    }

    private void run() {
        while (!closed) {
            LockSupport.parkNanos(POLL_NANOS);
            synchronized (this) {
                for (Iterator<Pending> each = pending.iterator(); each.hasNext(); ) {
                    Pending dead = each.next();
                    if (!register.isJoined(dead.entry())) {
                        delays.add(System.nanoTime() - dead.killedNanos() - (ticker.lateNanos() - dead.lateNanos()));
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

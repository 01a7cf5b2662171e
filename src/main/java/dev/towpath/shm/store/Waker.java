package dev.towpath.shm.store;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps the {@link Watch} of a participant where no waiting thread does.
 *
 * <p>One platform thread per participant, for thousands of virtual threads; it is parked while it is not needed.
 */
final class Waker implements Runnable {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Watch watch;
    private final Complaints complaints = new Complaints(Waker.class, "waking");

    Waker(Watch watch) {
        this.watch = watch;
    }

    @Override
    public void run() {
        while (!watch.isClosed()) {
            try {
                watch.keepForParked();
                if (!watch.isClosed()) {
                    LockSupport.park(this);
                }
            } catch (RuntimeException e) {
                if (!watch.isClosed()) {
                    complaints.about(e);
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            } catch (VirtualMachineError e) { // there is not even memory to speak of it, but there will be again
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}

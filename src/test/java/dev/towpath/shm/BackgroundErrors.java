package dev.towpath.shm;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Notes what the threads of layers log or die of, as far as it is not damage that they have found. */
final class BackgroundErrors extends Handler {

    private final Logger root = Logger.getLogger("");
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /** Takes over all logging of this JVM. */
    BackgroundErrors() {
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.addHandler(this);
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> failure.compareAndSet(null, error));
    }

    /** What went wrong since this was asked last. */
    Optional<Throwable> failure() {
        return Optional.ofNullable(failure.getAndSet(null));
    }

    @Override
    public void publish(LogRecord entry) {
        Throwable thrown = entry.getThrown();
        if (thrown != null && !thrown.getClass().getSimpleName().equals("CorruptedRegion")) {
            failure.compareAndSet(null, thrown);
        }
    }

    @Override
    public void flush() {
        // Nothing is held back.
    }

    @Override
    public void close() {
        root.removeHandler(this);
    }
}

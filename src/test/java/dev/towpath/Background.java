package dev.towpath;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Runs one call in a thread of its own, and tells what became of it. */
public final class Background<T> {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final Set<Thread.State> WAITING = Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);

    private final FutureTask<T> task;
    private final Thread thread;

    private Background(Callable<T> call, Thread.Builder threads) {
        task = new FutureTask<>(call);
        thread = threads.start(task);
    }

    /** Starts a call in a platform thread. */
    public static <T> Background<T> start(Callable<T> call) {
        return new Background<>(call, Thread.ofPlatform().daemon());
    }

    /** Starts a call in a virtual thread. */
    public static <T> Background<T> startVirtual(Callable<T> call) {
        return new Background<>(call, Thread.ofVirtual());
    }

    /** Waits until the call waits for something. */
    public Background<T> awaitWaiting() {
        await(() -> WAITING.contains(thread.getState()) || isInSelector());
        return this;
    }

    /** Whether the thread sleeps until something comes through a socket, which counts as running. */
    private boolean isInSelector() {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals("sun.nio.ch.SelectorImpl"));
    }

    /** Interrupts the thread. */
    public void interrupt() {
        thread.interrupt();
    }

    /** Tells whether the call is over. */
    public boolean isDone() {
        return task.isDone();
    }

    /** Waits for what the call returns. */
    public T result() throws Exception {
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw new AssertionError("the call failed", e.getCause());
        }
    }

    /** Waits for what the call throws. */
    public Throwable failure() throws InterruptedException {
        try {
            throw new AssertionError("the call returned " + task.get());
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    /** Waits until a condition holds that others bring about; it must do so at last. */
    public static void await(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new AssertionError("the condition does not come true");
            }
            LockSupport.parkNanos(100_000);
        }
    }
}

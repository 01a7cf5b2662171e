package dev.towpath.shm.memory;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * Runs input and output to its end although the thread may be interrupted.
 *
 * <p>An interrupt closes the file channel that the thread is using. Opening a region is short and is not worth being
 * cancelled; it is repeated, and the thread is as interrupted afterwards as it was.
 */
final class Uninterrupted {

    private Uninterrupted() {}

    /**
     * An action that can be repeated after its channel was closed.
     *
     * @param <T> what it returns
     */
    @FunctionalInterface
    interface Action<T> {

        /**
         * Acts.
         *
         * @return the result
         * @throws IOException if it fails
         */
        T run() throws IOException;
    }

    /**
     * Runs an action until no interrupt gets into its way.
     *
     * @param action what to do; leaves nothing behind when it throws
     * @param <T> what it returns
     * @return its result
     * @throws IOException if it fails for another reason
     */
    static <T> T call(Action<T> action) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return action.run();
                } catch (ClosedByInterruptException e) {
                    Thread.interrupted();
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

package dev.towpath.rabbitmq;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps interrupts away from connections: a virtual thread that is interrupted while it writes closes the socket, which
 * is everybody's.
 */
final class Shield {
    private Shield() {}

    /** Makes a call in a thread that nobody can interrupt, if the calling thread is virtual. */
    static <T extends @Nullable Object> T call(Callable<T> call) throws IOException {
        if (!Thread.currentThread().isVirtual()) {
            return direct(call);
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofVirtual().name("towpath-rabbitmq-call").start(() -> {
            try {
                result.complete(call.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return direct(() -> {
            try {
                return result.join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        });
    }

    private static <T extends @Nullable Object> T direct(Callable<T> call) throws IOException {
        try {
            return call.call();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}

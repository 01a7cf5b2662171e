package dev.towpath.shm;

import dev.towpath.Message;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps messages that a drain had taken when its handler threw, until this layer receives from their queue again, they
 * expire, or the layer is cleared or closed.
 *
 * <p>Nearly always empty. Thread-safe.
 */
final class LeftOvers {

    private final ConcurrentMap<String, Queue<LeftOver>> messages = new ConcurrentHashMap<>();
    private volatile boolean everUsed;

    private record LeftOver(Message message, long deadlineMillis) {}

    void add(String queue, Message message, long deadlineMillis) {
        messages.computeIfAbsent(queue, name -> new ConcurrentLinkedQueue<>())
                .add(new LeftOver(message, deadlineMillis));
        everUsed = true;
    }

    /** Whether there has never been any, so that it is not worth asking what time it is. */
    boolean isUnused() {
        return !everUsed;
    }

    /** Takes the oldest unexpired message of a queue, or null if there is none. */
    @Nullable
    Message poll(String queue, long nowMillis) {
        Queue<LeftOver> kept = messages.get(queue);
        LeftOver oldest = kept == null ? null : kept.poll();
        while (kept != null && oldest != null && oldest.deadlineMillis <= nowMillis) {
            oldest = kept.poll();
        }
        return oldest == null ? null : oldest.message;
    }

    void clear() {
        messages.clear();
    }
}

package dev.towpath.shm;

import dev.towpath.Message;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps messages that a drain had taken when its handler threw, until this layer receives from their queue again.
 *
 * <p>Nearly always empty. Thread-safe.
 */
final class LeftOvers {

    private final ConcurrentMap<String, Queue<Message>> messages = new ConcurrentHashMap<>();
    private volatile boolean everUsed;

    void add(String queue, Message message) {
        everUsed = true;
        messages.computeIfAbsent(queue, name -> new ConcurrentLinkedQueue<>()).add(message);
    }

    /** Takes the oldest message of a queue, or null if there is none. */
    @Nullable
    Message poll(String queue) {
        if (!everUsed) {
            return null;
        }
        Queue<Message> kept = messages.get(queue);
        return kept == null ? null : kept.poll();
    }
}

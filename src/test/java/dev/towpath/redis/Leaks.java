package dev.towpath.redis;

import dev.towpath.Background;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks for what closed layers have left in this JVM. */
final class Leaks {
    private Leaks() {}

    /** The threads of all layers that read from connections. */
    static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.isAlive() && thread.getName().startsWith("towpath-redis"))
                .collect(Collectors.toSet());
    }

    /** Waits until no thread of a layer is left: each that reads has a connection. */
    static void await() {
        Background.await(() -> threads().isEmpty());
    }
}

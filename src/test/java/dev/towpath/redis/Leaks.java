package dev.towpath.redis;

import dev.towpath.Background;

/** Looks for what closed layers have left in this JVM. */
final class Leaks {
    private Leaks() {}

    /** Waits until no thread of a layer is left: each that reads has a connection. */
    static void await() {
        Background.await(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.isAlive() && thread.getName().startsWith("towpath-redis")));
    }
}

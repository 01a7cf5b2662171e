package dev.towpath.redis;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Pauses between attempts grow, up to a limit. */
class BackoffTest {
    @Test
    void pausesLeaveTimeForAnAttempt() {
        for (int timeoutMillis : new int[] {1, 100, 300, 5_000, 60_000}) {
            Backoff backoff = Backoff.ofConnecting(Duration.ofMillis(timeoutMillis));
            long longestNanos = 1_000_000L * Math.clamp(timeoutMillis / 4, 1, 2_000);
            long last = 0;
            for (int i = 0; i < 20; i++) {
                last = backoff.nextNanos();
                assertTrue(last > 0 && last <= longestNanos, last + " ns within " + timeoutMillis + " ms");
            }
            assertTrue(last >= longestNanos / 4 * 3, "it does not grow: " + last + " ns");
        }
    }
}

package dev.towpath.waiting;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {
    private static final Duration FIRST = Duration.ofMillis(10);

    @ParameterizedTest
    @ValueSource(ints = {1, 25, 1_250, 2_000})
    void pausesGrowUpToALimit(int longestMillis) {
        Backoff backoff = new Backoff(FIRST, Duration.ofMillis(longestMillis));
        long longestNanos = Duration.ofMillis(longestMillis).toNanos();
        long last = 0;
        for (int i = 0; i < 20; i++) {
            last = backoff.nextNanos();
            assertTrue(last > 0 && last <= longestNanos, last + " ns");
        }
        assertTrue(last >= longestNanos / 4 * 3, "it does not grow: " + last + " ns");
    }

    @Test
    void aNewSeriesBeginsWithTheShortest() {
        Backoff backoff = new Backoff(FIRST, Duration.ofSeconds(2));
        for (int i = 0; i < 20; i++) {
            backoff.nextNanos();
        }
        backoff.reset();
        assertTrue(backoff.nextNanos() <= FIRST.toNanos());
    }
}

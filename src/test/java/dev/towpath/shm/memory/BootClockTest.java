package dev.towpath.shm.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What JVMs in time namespaces do together is for {@code JvmKindTest}. */
class BootClockTest {

    @Test
    void theOffsetIsThatOfTheMonotonicClock() {
        assertEquals(
                100_000_000_000_007L,
                BootClock.offsetNanos("monotonic      100000         7\nboottime           3         0\n"));
        assertEquals(-4_500_000_000L, BootClock.offsetNanos("boottime 9 9\nmonotonic -5 500000000\n"));
    }

    @Test
    void whereNothingIsSaidOfItThereIsNone() {
        assertEquals(0, BootClock.offsetNanos(""));
        assertEquals(0, BootClock.offsetNanos("boottime 9 9\nsomething else\n"));
    }
}

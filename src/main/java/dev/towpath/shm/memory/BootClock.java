package dev.towpath.shm.memory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Tells the time that all processes of a boot share: the monotonic clock, which no step of the wall clock moves.
 *
 * <p>{@link System#nanoTime} is CLOCK_MONOTONIC on Linux, and the same in all processes, but for those in a time
 * namespace of their own, as containers may have: these see it with an offset, which is taken away here. Otherwise they
 * would find every message of the others expired, or none of them ever.
 */
public final class BootClock {

    private static final Path SOURCE = Path.of("/proc/self/timens_offsets");
    private static final String MONOTONIC = "monotonic";
    private static final long OFFSET_NANOS = readOffset();

    private BootClock() {}

    /**
     * Reads the clock.
     *
     * @return nanoseconds since some moment, the same in all processes since the machine was started
     */
    public static long nanoTime() {
        return System.nanoTime() - OFFSET_NANOS;
    }

    private static long readOffset() {
        try {
            return offsetNanos(Files.readString(SOURCE, StandardCharsets.US_ASCII));
        } catch (IOException e) {
            return 0; // a system that knows no time namespaces
        }
    }

    /**
     * Finds the offset of the monotonic clock in what the system says.
     *
     * @param offsets a line for each clock: its name, seconds, nanoseconds
     * @return nanoseconds; 0 if there is no such clock
     */
    static long offsetNanos(String offsets) {
        for (String line : offsets.lines().toList()) {
            String[] fields = line.strip().split("\\s+", -1);
            if (fields.length == 3 && fields[0].equals(MONOTONIC)) {
                return TimeUnit.SECONDS.toNanos(Long.parseLong(fields[1])) + Long.parseLong(fields[2]);
            }
        }
        return 0;
    }
}

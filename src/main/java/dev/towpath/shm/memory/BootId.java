package dev.towpath.shm.memory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Tells one run of the operating system from the next.
 *
 * @param high upper half of the identity
 * @param low lower half of it; both are zero where the system has none
 */
record BootId(long high, long low) {

    private static final Path SOURCE = Path.of("/proc/sys/kernel/random/boot_id");
    private static final BootId UNKNOWN = new BootId(0, 0);

    /**
     * Asks the system.
     *
     * @return this boot's identity, or zeros where there is none
     */
    static BootId current() {
        try {
            UUID id = UUID.fromString(
                    Files.readString(SOURCE, StandardCharsets.US_ASCII).strip());
            return new BootId(id.getMostSignificantBits(), id.getLeastSignificantBits());
        } catch (IOException | IllegalArgumentException e) {
            return UNKNOWN;
        }
    }

    /**
     * Says whether this is an identity at all.
     *
     * @return false for zeros
     */
    boolean isKnown() {
        return !equals(UNKNOWN);
    }
}

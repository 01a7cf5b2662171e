package dev.towpath.shm;

import dev.towpath.shm.memory.CorruptedRegion;
import dev.towpath.shm.memory.RegionFault;
import java.nio.file.Path;

/** Translates what the packages below throw into exceptions of the API. */
final class RegionExceptions {

    private RegionExceptions() {}

    /**
     * Translates why a region could not be opened.
     *
     * @param fault the reason
     * @return the exception to throw
     */
    static RegionException translate(RegionFault fault) {
        String message = String.valueOf(fault.getMessage());
        Path file = fault.file();
        return switch (fault.kind()) {
            case FORMAT -> new RegionFormatException(message, file, fault);
            case CORRUPTED -> new RegionCorruptedException(message, file, fault);
            case SPACE -> new RegionSpaceException(message, file, fault.needBytes(), fault.freeBytes(), fault);
            case ACCESS -> new RegionAccessException(message, file, fault);
        };
    }

    /**
     * Translates what was found wrong in an open region.
     *
     * @param corruption what was found
     * @param region the region's path
     * @return the exception to throw
     */
    static RegionException translate(CorruptedRegion corruption, Path region) {
        String message = region + " is damaged: " + corruption.getMessage()
                + "; close every layer on it, then remove it with SharedMemoryLayer.delete";
        return new RegionCorruptedException(message, region, corruption);
    }
}

package dev.towpath.shm;

import java.nio.file.Path;

/**
 * Says that a file is not a region, or one that another version or build of this library has made.
 *
 * <p>Processes that share a region must use the same build. When none uses it any more,
 * {@link SharedMemoryLayer}{@code .delete} removes it.
 */
public final class RegionFormatException extends RegionException {

    private static final long serialVersionUID = 1L;

    RegionFormatException(String message, Path path, Throwable cause) {
        super(message, path, cause);
    }
}

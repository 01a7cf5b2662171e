package dev.towpath.shm;

import java.nio.file.Path;

/**
 * Says that a region has contents that no correct program writes.
 *
 * <p>Something has damaged it: a program that wrote into the file, or a file system that lost a part of it. Close every
 * layer on the prefix, then {@link SharedMemoryLayer}{@code .delete} removes the region and the next one who opens it
 * begins with an empty one.
 */
public final class RegionCorruptedException extends RegionException {

    private static final long serialVersionUID = 1L;

    RegionCorruptedException(String message, Path path, Throwable cause) {
        super(message, path, cause);
    }
}

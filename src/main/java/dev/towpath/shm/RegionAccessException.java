package dev.towpath.shm;

import java.nio.file.Path;

/**
 * Says that a file or directory cannot be used or is refused, because it is not this user's alone, is held by a process
 * that does not finish, or does not fit into this process's address space.
 */
public final class RegionAccessException extends RegionException {

    private static final long serialVersionUID = 1L;

    RegionAccessException(String message, Path path, Throwable cause) {
        super(message, path, cause);
    }
}

package dev.towpath.shm;

import java.nio.file.Path;

/**
 * Says that the file system cannot hold the region; nothing was left behind.
 *
 * <p>All memory is taken when the region is made, so that nobody runs out of it later. In a container, {@code /dev/shm}
 * has 64 MB unless it is started with {@code --shm-size}.
 */
public final class RegionSpaceException extends RegionException {

    private static final long serialVersionUID = 1L;

    /** Size of the region. */
    private final long needBytes;

    /** What the file system had left. */
    private final long freeBytes;

    RegionSpaceException(String message, Path path, long needBytes, long freeBytes, Throwable cause) {
        super(message, path, cause);
        this.needBytes = needBytes;
        this.freeBytes = freeBytes;
    }

    /**
     * Returns how large the region would be.
     *
     * @return bytes
     */
    public long needBytes() {
        return needBytes;
    }

    /**
     * Returns how much the file system had left.
     *
     * @return bytes
     */
    public long freeBytes() {
        return freeBytes;
    }
}

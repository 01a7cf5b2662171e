package dev.towpath;

/**
 * Tells how much of a budget of memory is in use.
 *
 * @param usedBytes the bytes in use
 * @param totalBytes all bytes there are
 */
public record MemoryUse(long usedBytes, long totalBytes) {

    /**
     * Tells how much is left.
     *
     * @return the bytes not in use
     */
    public long freeBytes() {
        return totalBytes - usedBytes;
    }
}

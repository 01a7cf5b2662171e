package dev.towpath.shm.memory;

import java.nio.file.Path;

/**
 * Says why a region cannot be opened, and what the user can do about it.
 *
 * <p>The packages below {@code shm} know no exceptions of the API; {@code shm} translates this one by its kind.
 */
public final class RegionFault extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Kind {
        /** The file is not a region, or one of another format version or layout. */
        FORMAT,
        /** The file is a region with contents that cannot be. */
        CORRUPTED,
        /** The file system cannot hold the region. */
        SPACE,
        /** A file or directory is not ours alone, or cannot be used. */
        ACCESS
    }

    private final Kind kind;
    private final String file;
    private final long needBytes;
    private final long freeBytes;

    private RegionFault(Kind kind, Path file, String message, long needBytes, long freeBytes) {
        super(message);
        this.kind = kind;
        this.file = file.toString();
        this.needBytes = needBytes;
        this.freeBytes = freeBytes;
    }

    /**
     * Refuses a file of another format.
     *
     * @param file the file
     * @param rule what was found, as the end of a sentence that begins with the file's name
     * @return the exception
     */
    static RegionFault format(Path file, String rule) {
        return new RegionFault(Kind.FORMAT, file, file + " " + rule + "; " + howToGoOn(), 0, 0);
    }

    /**
     * Refuses a damaged region.
     *
     * @param file the file
     * @param rule what was found, as the end of a sentence that begins with the file's name
     * @return the exception
     */
    static RegionFault corrupted(Path file, String rule) {
        return new RegionFault(Kind.CORRUPTED, file, file + " " + rule + "; " + howToGoOn(), 0, 0);
    }

    /**
     * Refuses a region in which something was found while it was being joined.
     *
     * @param file which
     * @param corruption what was found
     * @return the fault
     */
    public static RegionFault corrupted(Path file, CorruptedRegion corruption) {
        RegionFault fault = corrupted(file, "is damaged: " + corruption.getMessage());
        fault.initCause(corruption);
        return fault;
    }

    /**
     * Refuses a file or directory that is not ours alone, or that cannot be used.
     *
     * @param file the file or directory
     * @param rule what was found and what to do, as the end of a sentence that begins with the file's name
     * @return the exception
     */
    static RegionFault access(Path file, String rule) {
        return new RegionFault(Kind.ACCESS, file, file + " " + rule, 0, 0);
    }

    /**
     * Says that the file system is too small.
     *
     * @param file the region that would not fit
     * @param needBytes its size
     * @param freeBytes what the file system has left
     * @return the exception
     */
    static RegionFault space(Path file, long needBytes, long freeBytes) {
        String message = file + " needs " + needBytes + " bytes and its file system has " + freeBytes
                + " free; configure less memory or another directory, or make the file system larger"
                + " (in a container: --shm-size=" + shmSize(needBytes) + "m)";
        return new RegionFault(Kind.SPACE, file, message, needBytes, freeBytes);
    }

    private static long shmSize(long needBytes) {
        return (needBytes >> 20) + 2;
    }

    private static String howToGoOn() {
        return "when no process uses it, remove it with SharedMemoryLayer.delete";
    }

    /**
     * Returns what is wrong.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * Returns which file or directory is wrong.
     *
     * @return its path
     */
    public Path file() {
        return Path.of(file);
    }

    /**
     * Returns how large the region would be.
     *
     * @return bytes, or 0 if space is not the problem
     */
    public long needBytes() {
        return needBytes;
    }

    /**
     * Returns how much the file system had left.
     *
     * @return bytes, or 0 if space is not the problem
     */
    public long freeBytes() {
        return freeBytes;
    }
}

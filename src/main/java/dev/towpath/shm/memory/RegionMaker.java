package dev.towpath.shm.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Locale;

/**
 * Makes a new region under a temporary name and moves it to its place when it is complete.
 *
 * <p>The caller holds the creation lock. The process may die between any two steps: until the move, which is atomic,
 * there is only a temporary file, which nobody opens and the next maker deletes. After it, the region is complete. So
 * nobody ever sees a half-made region; that the magic number is written last matters only to a reader of the temporary
 * file.
 *
 * <p>Zeros are written over the whole length, although a fresh file reads as zeros: a page that exists only as a
 * promise cannot be had any more when the file system is full, and the access to it kills the JVM with SIGBUS.
 * Written, the pages are there, or the write fails with an exception.
 */
final class RegionMaker {

    private static final int CHUNK_BYTES = 1 << 20;
    private static final SecureRandom RANDOM = new SecureRandom();

    private RegionMaker() {}

    /**
     * Makes a region.
     *
     * @param directory where
     * @param prefix for which prefix; it must have no region
     * @param spec what is wanted
     * @throws IOException if it cannot be written
     * @throws RegionFault of kind SPACE if the file system is too small; nothing is left of the region then
     */
    static void make(RegionDirectory directory, String prefix, RegionSpec spec) throws IOException {
        for (Path leftOver : directory.temporaries(prefix)) {
            Files.deleteIfExists(leftOver);
        }
        long sizeBytes = spec.sizeBytes();
        long freeBytes = freeBytes(directory.path());
        if (freeBytes < sizeBytes) {
            throw RegionFault.space(directory.region(prefix), sizeBytes, freeBytes);
        }
        build(directory, prefix, spec);
    }

    /**
     * Makes a region without asking for the free space first, which can be gone a moment later anyway.
     *
     * @param directory where
     * @param prefix for which prefix; it must have no region
     * @param spec what is wanted
     * @throws IOException if it cannot be written
     * @throws RegionFault of kind SPACE if the file system is too small; nothing is left of the region then
     */
    static void build(RegionDirectory directory, String prefix, RegionSpec spec) throws IOException {
        long sizeBytes = spec.sizeBytes();
        Path region = directory.region(prefix);
        Path temporary = directory.temporary(prefix);
        try {
            write(region, temporary, spec, sizeBytes);
            Files.move(temporary, region, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSpaceException e) {
            Files.deleteIfExists(temporary);
            throw RegionFault.space(region, sizeBytes, freeBytes(directory.path()));
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void write(Path region, Path temporary, RegionSpec spec, long sizeBytes) throws IOException {
        try (FileChannel channel = PrivateFiles.createFile(temporary);
                Arena arena = Arena.ofConfined()) {
            writeZeros(channel, temporary, sizeBytes);
            MemorySegment segment = map(region, channel, MapMode.READ_WRITE, sizeBytes, arena);
            SegmentWords words = new SegmentWords(segment);
            RegionHeader header = RegionHeader.of(spec, sizeBytes, RANDOM.nextLong());
            header.write(words);
            spec.initializer().accept(segment);
            words.setRelease(HeaderLayout.MAGIC_AT, header.magic());
        }
    }

    private static void writeZeros(FileChannel channel, Path temporary, long sizeBytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(CHUNK_BYTES, sizeBytes));
        long written = 0;
        try {
            while (written < sizeBytes) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), sizeBytes - written));
                written += channel.write(zeros, written);
            }
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            if (saysNoSpace(e) || freeBytes(temporary) < sizeBytes - written) {
                throw new NoSpaceException(e);
            }
            throw e;
        }
    }

    /** Recognises the system's words; they can be in another language, so that the free space is asked as well. */
    private static boolean saysNoSpace(IOException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no space left") || message.contains("quota");
    }

    /**
     * Maps a whole file.
     *
     * @param region the name to complain about
     * @param channel the file
     * @param mode for reading, or also for writing
     * @param sizeBytes its size
     * @param arena how long the mapping lives
     * @return the memory
     * @throws IOException if it cannot be mapped
     * @throws RegionFault of kind ACCESS if the process has no address space for it
     */
    static MemorySegment map(Path region, FileChannel channel, MapMode mode, long sizeBytes, Arena arena)
            throws IOException {
        try {
            return channel.map(mode, 0, sizeBytes, arena);
        } catch (OutOfMemoryError e) {
            throw noAddressSpace(region, sizeBytes, e);
        } catch (IOException e) {
            if (e.getCause() instanceof OutOfMemoryError) {
                throw noAddressSpace(region, sizeBytes, e);
            }
            throw e;
        }
    }

    private static RegionFault noAddressSpace(Path region, long sizeBytes, Throwable cause) {
        RegionFault fault = RegionFault.access(
                region,
                "has " + sizeBytes + " bytes and cannot be mapped: the address space of this process is too small"
                        + " (see ulimit -v)");
        fault.initCause(cause);
        return fault;
    }

    /** Asks how much can be written; a file system without a limit of its own says that it has no space at all. */
    private static long freeBytes(Path path) throws IOException {
        FileStore store = Files.getFileStore(path);
        return store.getTotalSpace() == 0 ? Long.MAX_VALUE : store.getUsableSpace();
    }

    /** Marks the failure of a write for want of space. */
    private static final class NoSpaceException extends IOException {

        private static final long serialVersionUID = 1L;

        private NoSpaceException(IOException cause) {
            super(cause);
        }
    }
}

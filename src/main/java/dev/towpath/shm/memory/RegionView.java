package dev.towpath.shm.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Maps the file of a region for reading only, without joining it: whoever uses the region does not notice.
 *
 * <p>It takes no lock, so the region may be removed or replaced meanwhile; then the view goes on showing the old one.
 */
public final class RegionView implements AutoCloseable {

    private final Path path;
    private final RegionHeader header;
    private final Arena arena;
    private final MemorySegment segment;

    private RegionView(Path path, RegionHeader header, Arena arena, MemorySegment segment) {
        this.path = path;
        this.header = header;
        this.arena = arena;
        this.segment = segment;
    }

    /**
     * Opens the region of a prefix; makes none.
     *
     * @param directory where it is
     * @param prefix the prefix
     * @param spec the layout that the region must have; the sizes in it do not count
     * @return the region, or null if there is none
     * @throws RegionFault if the region is another user's, of an earlier boot, of another format, or damaged in its
     *     header or size
     * @throws UncheckedIOException if the file system fails
     */
    public static @Nullable RegionView open(RegionDirectory directory, String prefix, RegionSpec spec) {
        Path path = directory.region(prefix);
        try {
            return Uninterrupted.call(() -> map(path, spec));
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    private static RegionView map(Path path, RegionSpec spec) throws IOException {
        FileIdentity identity = PrivateFiles.verifyFile(path);
        try (FileChannel channel = PrivateFiles.openFileToRead(path)) {
            PrivateFiles.verifyAgain(path, identity);
            long sizeBytes = channel.size();
            RegionHeader header = RegionFile.readHeader(path, channel, sizeBytes);
            if (header.isOfEarlierBoot(BootId.current(), spec.nanoClock().getAsLong())) {
                throw RegionFault.format(path, "is of an earlier boot, and the next who opens the prefix replaces it");
            }
            header.verify(path, sizeBytes, spec);
            Arena arena = Arena.ofShared();
            boolean mapped = false;
            try {
                MemorySegment segment = RegionMaker.map(path, channel, MapMode.READ_ONLY, sizeBytes, arena);
                mapped = true;
                return new RegionView(path, header, arena, segment);
            } finally {
                if (!mapped) {
                    arena.close();
                }
            }
        }
    }

    /**
     * Returns the memory of the whole region.
     *
     * @return a shared, read-only segment that is alive until {@link #close}
     */
    public MemorySegment segment() {
        return segment;
    }

    /**
     * Returns where the region is.
     *
     * @return its path
     */
    public Path path() {
        return path;
    }

    /**
     * Returns what the region's header says.
     *
     * @return the header, read once and verified
     */
    public RegionHeader header() {
        return header;
    }

    /** Unmaps the region; whoever uses the memory afterwards gets an IllegalStateException. Only once. */
    @Override
    public void close() {
        arena.close();
    }
}

package dev.towpath.shm.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Opens, maps and removes the file of a region.
 *
 * <p>Everybody who opens or removes a region holds the prefix's creation lock meanwhile, a kernel lock that ends with
 * its holder. The opener first takes a share of it, as all may at once, and looks for a region: he checks every word of
 * the header and the size of the file, and maps it. The sizes in the header count, also if others are wanted. An
 * existing file is never truncated, resized or repaired. Only if there is no region, or one of an earlier boot, which
 * nobody can be using, he takes the lock alone, looks again, removes the old region, makes one ({@link RegionMaker})
 * and opens that.
 *
 * <p>The process may die between any two steps: the lock is free then, and what is left is no region, a complete one,
 * or no region and a temporary file that the next maker deletes. A process that is <em>stopped</em> while it opens a
 * region that is there holds up nobody but who removes it; one that is stopped while it makes or removes a region
 * makes others wait who want to open or remove it, for at most 30 s, then they get an exception. Participants that are
 * already inside never need the lock.
 *
 * <p>Joining is the last step under the lock: the caller's {@code join} takes the lock of a participant. So
 * {@link #delete}, which holds the creation lock alone, sees either no opener or the lock of a participant, and nobody
 * joins a region that was just removed.
 */
public final class RegionFile implements AutoCloseable {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Path path;
    private final FileIdentity identity;
    private final RegionHeader header;
    private final Arena operations;
    private final Arena cleaning;
    private final MemorySegment segment;
    private final MemorySegment cleaningSegment;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    private RegionFile(
            Path path,
            FileIdentity identity,
            RegionHeader header,
            Arena operations,
            Arena cleaning,
            MemorySegment segment,
            MemorySegment cleaningSegment) {
        this.path = path;
        this.identity = identity;
        this.header = header;
        this.operations = operations;
        this.cleaning = cleaning;
        this.segment = segment;
        this.cleaningSegment = cleaningSegment;
    }

    /**
     * Opens the region of a prefix without joining it; makes it if there is none.
     *
     * @param directory where it is
     * @param prefix the prefix
     * @param spec what is wanted
     * @return the region, mapped
     * @throws RegionFault if the region cannot be used
     * @throws UncheckedIOException if the file system fails
     */
    public static RegionFile open(RegionDirectory directory, String prefix, RegionSpec spec) {
        return open(directory, prefix, spec, region -> {});
    }

    /**
     * Opens the region of a prefix and joins it; makes it if there is none.
     *
     * <p>Interrupts are left for later.
     *
     * @param directory where it is
     * @param prefix the prefix
     * @param spec what is wanted
     * @param join takes the lock of a participant; if it throws, the region is closed again
     * @return the region, mapped
     * @throws RegionFault if the region cannot be used
     * @throws UncheckedIOException if the file system fails
     */
    public static RegionFile open(
            RegionDirectory directory, String prefix, RegionSpec spec, Consumer<RegionFile> join) {
        Path lock = directory.creationLock(prefix);
        try {
            Optional<RegionFile> region =
                    joinUnder(await(LockFile::tryShare, lock), () -> attach(directory, prefix, spec), join);
            if (region.isEmpty()) {
                region = joinUnder(await(LockFile::tryAcquire, lock), () -> make(directory, prefix, spec), join);
            }
            return region.orElseThrow(
                    () -> RegionFault.access(directory.region(prefix), "was removed while it was opened"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open " + directory.region(prefix), e);
        }
    }

    /** Opens a region, if it is there, joins it, and lets go of a lock. */
    private static Optional<RegionFile> joinUnder(
            LockFile held, Uninterrupted.Action<Optional<RegionFile>> opening, Consumer<RegionFile> join)
            throws IOException {
        try (held) {
            Optional<RegionFile> region = Uninterrupted.call(opening);
            boolean joined = false;
            try {
                region.ifPresent(join);
                joined = true;
                return region;
            } finally {
                if (!joined) {
                    region.ifPresent(RegionFile::close);
                }
            }
        }
    }

    private static LockFile await(Function<Path, @Nullable LockFile> taking, Path path) {
        return await(taking, path, PATIENCE_NANOS);
    }

    /**
     * Waits until the creation lock is ours, or a share of it.
     *
     * @param taking tries to take it
     * @param path the lock's file
     * @param patienceNanos how long to wait
     * @return the lock
     * @throws RegionFault of kind ACCESS when patience is at its end
     */
    static LockFile await(Function<Path, @Nullable LockFile> taking, Path path, long patienceNanos) {
        boolean interrupted = Thread.interrupted();
        try {
            long start = System.nanoTime();
            LockFile lock = taking.apply(path);
            while (lock == null) {
                if (System.nanoTime() - start > patienceNanos) {
                    throw RegionFault.access(
                            path,
                            "is held by a process that opens or removes the region and does not finish; is it stopped?"
                                    + " (see fuser " + path + ")");
                }
                LockSupport.parkNanos(PAUSE_NANOS);
                interrupted |= Thread.interrupted();
                lock = taking.apply(path);
            }
            return lock;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Makes the region, unless somebody else was faster, and opens it; only for who holds the creation lock alone. */
    private static Optional<RegionFile> make(RegionDirectory directory, String prefix, RegionSpec spec)
            throws IOException {
        Optional<RegionFile> region = attach(directory, prefix, spec);
        if (region.isEmpty()) {
            removeEarlier(directory, prefix);
            RegionMaker.make(directory, prefix, spec);
            region = attach(directory, prefix, spec);
        }
        return region;
    }

    /** Opens the region, if it is there and of this boot. */
    private static Optional<RegionFile> attach(RegionDirectory directory, String prefix, RegionSpec spec)
            throws IOException {
        Path path = directory.region(prefix);
        FileIdentity identity;
        try {
            identity = PrivateFiles.verifyFile(path);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        try (FileChannel channel = PrivateFiles.openFile(path)) {
            PrivateFiles.verifyAgain(path, identity);
            long sizeBytes = channel.size();
            RegionHeader header = readHeader(path, channel, sizeBytes);
            if (header.isOfEarlierBoot(BootId.current(), spec.nanoClock().getAsLong())) {
                return Optional.empty();
            }
            header.verify(path, sizeBytes, spec);
            return Optional.of(map(path, identity, header, channel));
        }
    }

    /** Reads the header once, and refuses what is none. */
    static RegionHeader readHeader(Path path, FileChannel channel, long sizeBytes) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(HeaderLayout.SIZE_BYTES)).order(ByteOrder.nativeOrder());
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) > 0) {
            // A read may give less than was asked for.
        }
        if (bytes.hasRemaining()) {
            throw RegionFault.corrupted(path, "has " + sizeBytes + " bytes, which is less than a header");
        }
        RegionHeader header = RegionHeader.read(bytes);
        header.verifyReadable(path);
        return header;
    }

    /** Removes a region of an earlier boot, if there is one. */
    private static void removeEarlier(RegionDirectory directory, String prefix) throws IOException {
        if (Files.notExists(directory.region(prefix), LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        List<Integer> held = directory.heldSlots(prefix);
        if (!held.isEmpty()) {
            throw RegionFault.access(
                    directory.region(prefix),
                    "is of another boot, and yet participants " + held + " live; is its directory on a file system that"
                            + " several machines share?");
        }
        Files.delete(directory.region(prefix));
    }

    private static RegionFile map(Path path, FileIdentity identity, RegionHeader header, FileChannel channel)
            throws IOException {
        Arena operations = Arena.ofShared();
        Arena cleaning = Arena.ofShared();
        boolean mapped = false;
        try {
            long sizeBytes = header.regionSizeBytes();
            MemorySegment segment = RegionMaker.map(path, channel, MapMode.READ_WRITE, sizeBytes, operations);
            MemorySegment cleaningSegment = RegionMaker.map(path, channel, MapMode.READ_WRITE, sizeBytes, cleaning);
            mapped = true;
            return new RegionFile(path, identity, header, operations, cleaning, segment, cleaningSegment);
        } finally {
            if (!mapped) {
                operations.close();
                cleaning.close();
            }
        }
    }

    /**
     * Removes everything that a prefix has in a directory: region, lock files and sockets, whatever is in them.
     *
     * <p>Does nothing if there is nothing. The process may die between any two steps: the region goes first, so what
     * can be left are locks and sockets without a region, which do no harm.
     *
     * @param directory where
     * @param prefix the prefix
     * @throws IllegalStateException naming the slots if participants live, in this process or in others
     * @throws UncheckedIOException if the file system fails
     */
    public static void delete(RegionDirectory directory, String prefix) {
        try {
            if (directory.files(prefix).isEmpty()) {
                return;
            }
            try (LockFile lock = await(LockFile::tryAcquire, directory.creationLock(prefix))) {
                List<Integer> held = directory.heldSlots(prefix);
                if (!held.isEmpty()) {
                    throw new IllegalStateException(directory.region(prefix)
                            + " is in use by the participants in slots " + held + "; close their layers first");
                }
                Files.deleteIfExists(directory.region(prefix));
                for (Path file : directory.files(prefix)) {
                    if (!file.equals(lock.path())) {
                        Files.deleteIfExists(file);
                    }
                }
                Files.deleteIfExists(lock.path());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + directory.region(prefix), e);
        }
    }

    /**
     * Returns the memory of the whole region, header included, for operations.
     *
     * @return a shared segment that is alive until {@link #stopOperations} or {@link #close}
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

    /**
     * Says whether the path still names the file that is mapped; if not, somebody has removed or replaced it, and
     * processes that open the prefix now do not meet those that have it open.
     *
     * @return whether newcomers come into the same region
     */
    public boolean isInPlace() {
        try {
            return identity.equals(PrivateFiles.identify(path));
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Returns the same memory in a mapping of its own, which costs addresses and nothing else: for cleaning up after
     * {@link #stopOperations}, without opening the file again.
     *
     * @return a shared segment that is alive until {@link #close}
     */
    public MemorySegment cleaningSegment() {
        return cleaningSegment;
    }

    /** Ends all operations: whoever uses {@link #segment} from now on gets an IllegalStateException. Only once. */
    public void stopOperations() {
        if (stopped.compareAndSet(false, true)) {
            operations.close();
        }
    }

    /** Unmaps the region and leaves the file; whoever uses the memory afterwards gets an IllegalStateException. */
    @Override
    public void close() {
        stopOperations();
        if (closed.compareAndSet(false, true)) {
            cleaning.close();
        }
    }
}

package dev.towpath.shm.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds a kernel lock on a file, which ends with the process at the latest. It is exclusive, or shared with other
 * processes that share it too; within a process it is always one holder's.
 *
 * <p>This is the only evidence of life that the library accepts. The kernel frees the lock when the process is gone,
 * also while its corpse is still a zombie, and keeps it for a process that is stopped or in another PID namespace.
 *
 * <h2>Why a file is never opened twice in one process</h2>
 *
 * A POSIX lock belongs to the process and is lost when the process closes any descriptor of the file, while
 * {@code FileLock.isValid()} goes on saying true. So before a file is opened, this class must know that nobody in this
 * process holds it: not this thread, not another layer on the same prefix, not a copy of this library in another class
 * loader. What they all see are the system properties: {@code dev.towpath.lock.} and the identity of the inode names
 * each lock that this process holds. (The inode and not the path: the same file can be reached by several paths, and a
 * path can name another file after somebody has deleted ours.) Looking there, opening, locking and closing are one step
 * under {@link ProcessMutex}.
 *
 * <p>An application can replace all system properties, and the entry is gone. The JVM has a second memory, which
 * refuses to lock a file twice, but only after it was opened. Then that channel is kept open for ever, because
 * closing it would drop the lock, and the entry is written anew: one descriptor per file is the price of the
 * accident.
 *
 * <p>Java cannot ask who holds a lock, so a probe takes a shared lock for a moment. Probes do not disturb each other;
 * but one can make another process's attempt to take a free lock fail. Whoever must have the lock tries again.
 *
 * <h2>Crashes and races</h2>
 *
 * Lock files are removed (by {@link RegionFile#delete}), so a lock can be won on a file that has no name any more. The
 * path is identified before opening and again after locking: if both are the same file, then the locked file is the one
 * that others will find. The process may die between any two steps: before the lock, it leaves an empty file that is
 * nobody's; after it, the kernel frees the lock.
 */
public final class LockFile implements AutoCloseable {

    private static final String REGISTRY = "dev.towpath.lock.";
    private static final int ATTEMPTS = 1_000;

    /** Locks that were not closed: without this a forgotten one would be collected, and its lock lost. */
    private static final Set<LockFile> HELD = ConcurrentHashMap.newKeySet();

    /** Channels that must never be closed. */
    private static final List<FileChannel> ABANDONED = new ArrayList<>();

    private final Path path;
    private final String key;
    private final FileChannel channel;

    private LockFile(Path path, String key, FileChannel channel) {
        this.path = path;
        this.key = key;
        this.channel = channel;
    }

    /**
     * Takes the lock if nobody holds it; creates the file if there is none.
     *
     * <p>Ignores interrupts. Does not wait for other processes. Can fail for a moment although nobody holds the lock,
     * while another process is looking whether somebody does.
     *
     * @param file the file to lock
     * @return the lock, or null if another process or anybody in this process holds it
     * @throws RegionFault if the file is not ours alone
     * @throws UncheckedIOException if it cannot be created or opened
     */
    public static @Nullable LockFile tryAcquire(Path file) {
        return tryLock(file, false);
    }

    /**
     * Takes a share of the lock if nobody holds it alone; creates the file if there is none. For the rest like
     * {@link #tryAcquire}, but that {@link #isHeld} does not notice the shares of other processes.
     *
     * @param file the file to lock
     * @return the lock, or null if another process holds it alone, or anybody in this process holds it or a share
     * @throws RegionFault if the file is not ours alone
     * @throws UncheckedIOException if it cannot be created or opened
     */
    public static @Nullable LockFile tryShare(Path file) {
        return tryLock(file, true);
    }

    private static @Nullable LockFile tryLock(Path file, boolean shared) {
        synchronized (ProcessMutex.monitor()) {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                try {
                    FileIdentity before = identify(file);
                    if (before == null) {
                        create(file);
                        continue;
                    }
                    FileChannel channel = isOurs(before) ? null : openAndLock(file, before, shared);
                    if (channel == null) {
                        return null;
                    }
                    if (before.equals(identify(file))) {
                        return register(file, before, channel);
                    }
                    channel.close();
                } catch (NoSuchFileException e) {
                    checkParent(file, e);
                } catch (IOException e) {
                    throw new UncheckedIOException("cannot lock " + file, e);
                }
            }
        }
        throw RegionFault.access(file, "is removed again and again by somebody else");
    }

    /**
     * Looks whether anybody holds a lock; creates nothing.
     *
     * @param file the lock's file
     * @return whether this process or another one holds it
     * @throws RegionFault if the file is not ours alone
     * @throws UncheckedIOException if it cannot be opened
     */
    public static boolean isHeld(Path file) {
        synchronized (ProcessMutex.monitor()) {
            try {
                FileIdentity found = identify(file);
                if (found == null || isOurs(found)) {
                    return found != null;
                }
                FileChannel channel = openAndLock(file, found, true);
                if (channel == null) {
                    return true;
                }
                channel.close();
                return false;
            } catch (NoSuchFileException e) {
                return false;
            } catch (IOException e) {
                throw new UncheckedIOException("cannot look at " + file, e);
            }
        }
    }

    private static boolean isOurs(FileIdentity file) {
        return System.getProperty(REGISTRY + file.key()) != null;
    }

    /** Distinguishes a file that was removed before it was opened, which is tried again, from a missing directory. */
    private static void checkParent(Path file, NoSuchFileException e) {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new UncheckedIOException("cannot lock " + file, e);
        }
    }

    private static void create(Path file) throws IOException {
        try {
            PrivateFiles.createFile(file).close();
        } catch (FileAlreadyExistsException e) {
            // Somebody else was faster.
        }
    }

    private static @Nullable FileIdentity identify(Path file) throws IOException {
        try {
            return PrivateFiles.verifyFile(file);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Opens a file that nobody in this process holds, and locks it; leaves nothing open if somebody else holds it. */
    private static @Nullable FileChannel openAndLock(Path file, FileIdentity identity, boolean shared)
            throws IOException {
        FileChannel channel = PrivateFiles.openFile(file);
        boolean locked = false;
        boolean abandoned = false;
        try {
            FileLock lock = channel.tryLock(0, Long.MAX_VALUE, shared);
            locked = lock != null;
        } catch (OverlappingFileLockException e) {
            abandoned = true;
            ABANDONED.add(channel);
            System.setProperty(REGISTRY + identity.key(), file.toString());
        } finally {
            if (!locked && !abandoned) {
                channel.close();
            }
        }
        return locked ? channel : null;
    }

    private static LockFile register(Path file, FileIdentity identity, FileChannel channel) {
        System.setProperty(REGISTRY + identity.key(), file.toString());
        LockFile lock = new LockFile(file, identity.key(), channel);
        HELD.add(lock);
        return lock;
    }

    /**
     * Returns which file is locked.
     *
     * @return the path that was given
     */
    public Path path() {
        return path;
    }

    /** Releases the lock and leaves the file; does nothing when it was released before. */
    @Override
    public void close() {
        synchronized (ProcessMutex.monitor()) {
            if (!HELD.remove(this)) {
                return;
            }
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot release " + path, e);
            } finally {
                System.clearProperty(REGISTRY + key);
            }
        }
    }
}

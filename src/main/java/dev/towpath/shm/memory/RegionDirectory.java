package dev.towpath.shm.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the files of all regions of one user in a directory that nobody else can touch, and names them.
 *
 * <table>
 * <caption>Files of a prefix</caption>
 * <tr><th>name</th><th>what it is</th></tr>
 * <tr><td>{@code <prefix>@region}</td><td>the region</td></tr>
 * <tr><td>{@code <prefix>@new-<random>}</td><td>a region that is being made, or was when its maker died</td></tr>
 * <tr><td>{@code <prefix>@lock}</td><td>lock of those who open or remove the region</td></tr>
 * <tr><td>{@code <prefix>@<slot>.lock}</td><td>lock of a living participant</td></tr>
 * <tr><td>{@code <prefix>@<slot>.sock}</td><td>socket that wakes a participant</td></tr>
 * </table>
 *
 * <p>The character {@code @} is not legal in a prefix. So whatever comes before the first one is the prefix, files of
 * two prefixes never have the same name, and a prefix that begins like another owns none of its files.
 */
public final class RegionDirectory {

    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern SLOT_LOCK = Pattern.compile("[^@]+@([0-9]{1,9})\\.lock");
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path path;

    private RegionDirectory(Path path) {
        this.path = path;
    }

    /**
     * Says where regions are kept unless the user wants them elsewhere.
     *
     * @return {@code /dev/shm} where it is a directory that this process can write to, else the temporary directory
     */
    public static Path defaultBase() {
        return Files.isDirectory(SHARED_MEMORY) && Files.isWritable(SHARED_MEMORY)
                ? SHARED_MEMORY
                : Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    }

    /**
     * Opens this user's directory {@code towpath-<user>} below a base directory; creates it with mode 0700, whatever
     * the umask, if there is none.
     *
     * @param base the base directory, which must exist
     * @return the directory
     * @throws RegionFault of kind ACCESS if the directory is a symbolic link, no directory, somebody else's or open to
     *     others, or if others could replace it
     * @throws UncheckedIOException if it cannot be created or read
     */
    public static RegionDirectory open(Path base) {
        try {
            PrivateFiles.verifyBase(base);
            Path own = ownDirectory(base);
            PrivateFiles.createDirectory(own);
            PrivateFiles.verifyDirectory(own);
            return new RegionDirectory(own);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use a directory in " + base, e);
        }
    }

    /**
     * Opens this user's directory below a base directory if there is one; creates nothing.
     *
     * @param base the base directory
     * @return the directory, or null if there is none
     * @throws RegionFault as {@link #open}
     * @throws UncheckedIOException if it cannot be read
     */
    public static @Nullable RegionDirectory find(Path base) {
        try {
            if (!Files.exists(base) || !Files.exists(ownDirectory(base), LinkOption.NOFOLLOW_LINKS)) {
                return null;
            }
            PrivateFiles.verifyBase(base);
            Path own = ownDirectory(base);
            PrivateFiles.verifyDirectory(own);
            return new RegionDirectory(own);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use a directory in " + base, e);
        }
    }

    private static Path ownDirectory(Path base) throws IOException {
        return base.toRealPath().resolve("towpath-" + OwnUser.name());
    }

    /**
     * Returns where the directory is.
     *
     * @return its real path
     */
    public Path path() {
        return path;
    }

    /**
     * Names a prefix's region.
     *
     * @param prefix the prefix
     * @return the region's path
     */
    public Path region(String prefix) {
        return file(prefix, "region");
    }

    /**
     * Names the lock under which a prefix's region is opened and removed.
     *
     * @param prefix the prefix
     * @return the lock's path
     */
    public Path creationLock(String prefix) {
        return file(prefix, "lock");
    }

    /**
     * Names the lock that a participant holds while it lives.
     *
     * @param prefix the prefix
     * @param slot the participant's number
     * @return the lock's path
     */
    public Path participantLock(String prefix, int slot) {
        return file(prefix, checkSlot(slot) + ".lock");
    }

    /**
     * Names the socket that wakes a participant.
     *
     * @param prefix the prefix
     * @param slot the participant's number
     * @return the socket's path
     */
    public Path socket(String prefix, int slot) {
        return file(prefix, checkSlot(slot) + ".sock");
    }

    /**
     * Names a region that is being made; a name that was not used before.
     *
     * @param prefix the prefix
     * @return the path
     */
    Path temporary(String prefix) {
        return file(prefix, "new-" + Long.toHexString(RANDOM.nextLong()));
    }

    /**
     * Lists what makers of a region have left who died.
     *
     * @param prefix the prefix
     * @return the paths
     * @throws IOException if the directory cannot be read
     */
    List<Path> temporaries(String prefix) throws IOException {
        String start = file(prefix, "new-").getFileName().toString();
        return list(start);
    }

    /**
     * Lists all files of a prefix.
     *
     * @param prefix the prefix
     * @return the paths, in no order
     * @throws IOException if the directory cannot be read
     */
    List<Path> files(String prefix) throws IOException {
        return list(file(prefix, "").getFileName().toString());
    }

    /**
     * Lists the participants of a prefix that live.
     *
     * @param prefix the prefix
     * @return the numbers of those whose locks are held by any process, this one included
     * @throws IOException if the directory cannot be read
     */
    List<Integer> heldSlots(String prefix) throws IOException {
        List<Integer> held = new ArrayList<>();
        for (Path file : files(prefix)) {
            Matcher name = SLOT_LOCK.matcher(file.getFileName().toString());
            if (name.matches() && LockFile.isHeld(file)) {
                held.add(Integer.valueOf(name.group(1)));
            }
        }
        held.sort(null);
        return held;
    }

    private List<Path> list(String start) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(
                path, file -> file.getFileName().toString().startsWith(start))) {
            stream.forEach(found::add);
        }
        return found;
    }

    private Path file(String prefix, String rest) {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException("a prefix is 1 to 64 of A-Z a-z 0-9 . _ - and not '" + prefix + "'");
        }
        return path.resolve(prefix + "@" + rest);
    }

    private static int checkSlot(int slot) {
        if (slot < 0) {
            throw new IllegalArgumentException("a slot is not negative: " + slot);
        }
        return slot;
    }
}

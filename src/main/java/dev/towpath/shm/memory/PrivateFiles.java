package dev.towpath.shm.memory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes files and directories that only this user can touch, and refuses those that others can.
 *
 * <p>{@code /dev/shm} is writable for everybody: whoever comes first can put a symlink, or a directory or file of his
 * own, where we want ours. So nothing is followed, and owner, type and mode are read in one system call and checked
 * before anything is opened. Inside the directory that has passed, nobody but this user (and root) can swap a file
 * between check and open.
 *
 * <p>Where the file system knows no owners and modes, only the type is checked.
 */
final class PrivateFiles {

    private static final int TYPE = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int REGULAR = 0100000;
    private static final int OTHERS = 077;
    private static final int OTHERS_WRITE = 022;
    private static final int STICKY = 01000;
    private static final int OWNER_DIRECTORY = 0700;
    private static final int OWNER_FILE = 0600;

    private static final Set<PosixFilePermission> DIRECTORY_MODE = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE_MODE = PosixFilePermissions.fromString("rw-------");
    private static final Set<OpenOption> NEW_FILE = Set.of(
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> OLD_FILE =
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    private PrivateFiles() {}

    /**
     * Creates a directory with mode 0700 unless something of that name exists.
     *
     * @param directory the directory
     * @throws IOException if it cannot be created
     */
    static void createDirectory(Path directory) throws IOException {
        try {
            Files.createDirectory(directory, attributes(directory, DIRECTORY_MODE));
            restoreMode(directory, DIRECTORY_MODE);
        } catch (FileAlreadyExistsException e) {
            // Whatever it is, verifyDirectory judges it.
        }
    }

    /**
     * Creates a file with mode 0600 that must not exist.
     *
     * @param file the file
     * @return a channel to read and write it
     * @throws IOException if it exists or cannot be created
     */
    static FileChannel createFile(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, NEW_FILE, attributes(file, FILE_MODE));
        try {
            restoreMode(file, FILE_MODE);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Opens a file that was verified.
     *
     * @param file the file
     * @return a channel to read and write it
     * @throws IOException if it cannot be opened
     */
    static FileChannel openFile(Path file) throws IOException {
        return FileChannel.open(file, OLD_FILE);
    }

    /**
     * Checks that a file that was opened is the one that was verified before: nobody has put another one into its place
     * in between.
     *
     * @param file which
     * @param verified what {@link #verifyFile} has said before it was opened
     * @throws IOException if there is none any more
     * @throws RegionFault of kind ACCESS if it is another one, or not ours alone
     */
    static void verifyAgain(Path file, FileIdentity verified) throws IOException {
        if (!verified.equals(verifyFile(file))) {
            throw RegionFault.access(file, "was replaced by another file while it was opened; try again");
        }
    }

    /**
     * Opens a file that was verified, without the right to change it.
     *
     * @param file the file
     * @return a channel to read it
     * @throws IOException if it cannot be opened
     */
    static FileChannel openFileToRead(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Checks that a path is a regular file of ours that nobody else can touch.
     *
     * @param file the path
     * @return which file it is
     * @throws IOException if there is none, or its attributes cannot be read
     * @throws RegionFault of kind ACCESS if it is anything else
     */
    static FileIdentity verifyFile(Path file) throws IOException {
        if (!hasModes(file)) {
            return verifyType(file, false);
        }
        Map<String, Object> found = attributes(file);
        int mode = verifyOwnerAndMode(file, found, REGULAR);
        if ((mode & OWNER_FILE) != OWNER_FILE) {
            restoreMode(file, FILE_MODE);
        }
        return new FileIdentity(value(found, "fileKey").toString(), (FileTime) value(found, "creationTime"));
    }

    /**
     * Checks that a path is a directory of ours that nobody else can touch.
     *
     * @param directory the path
     * @throws IOException if its attributes cannot be read
     * @throws RegionFault of kind ACCESS if it is anything else
     */
    static void verifyDirectory(Path directory) throws IOException {
        if (!hasModes(directory)) {
            verifyType(directory, true);
            return;
        }
        int mode = verifyOwnerAndMode(directory, attributes(directory), DIRECTORY);
        if ((mode & OWNER_DIRECTORY) != OWNER_DIRECTORY) {
            restoreMode(directory, DIRECTORY_MODE);
        }
    }

    /**
     * Checks that others cannot rename or remove what this user has in a directory.
     *
     * @param base the directory, which may belong to anybody
     * @throws IOException if its attributes cannot be read
     * @throws RegionFault of kind ACCESS if others can write to it and its sticky bit is not set
     */
    static void verifyBase(Path base) throws IOException {
        if (!Files.isDirectory(base)) {
            throw RegionFault.access(base, "is not a directory");
        }
        if (hasModes(base)) {
            int mode = (Integer) value(attributes(base), "mode");
            if ((mode & OTHERS_WRITE) != 0 && (mode & STICKY) == 0) {
                throw RegionFault.access(
                        base,
                        "can be written by others, who could replace what is in it; take their right away (chmod go-w)"
                                + " or set the sticky bit (chmod +t)");
            }
        }
    }

    /**
     * Says which file a path names now, without opening it.
     *
     * @param file the path
     * @return which file it is
     * @throws IOException if there is none, or its attributes cannot be read
     */
    static FileIdentity identify(Path file) throws IOException {
        BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return identity(file, found.fileKey(), found.creationTime());
    }

    private static FileIdentity identity(Path file, @Nullable Object fileKey, FileTime created) throws IOException {
        if (fileKey == null) {
            Path parent = file.toAbsolutePath().getParent();
            Path real = parent == null ? file : parent.toRealPath().resolve(file.getFileName());
            return new FileIdentity(real.toString(), created);
        }
        return new FileIdentity(fileKey.toString(), created);
    }

    private static FileIdentity verifyType(Path path, boolean directory) throws IOException {
        BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (directory ? !found.isDirectory() : !found.isRegularFile()) {
            throw notOfType(path, directory ? DIRECTORY : REGULAR);
        }
        return identity(path, found.fileKey(), found.creationTime());
    }

    private static int verifyOwnerAndMode(Path path, Map<String, Object> found, int type) throws IOException {
        int mode = (Integer) value(found, "mode");
        if ((mode & TYPE) != type) {
            throw notOfType(path, type);
        }
        int owner = (Integer) value(found, "uid");
        int self = OwnUser.uid();
        if (owner != self) {
            throw RegionFault.access(
                    path,
                    "belongs to user " + Integer.toUnsignedString(owner) + " and not to user "
                            + Integer.toUnsignedString(self) + ", who asks for it; have it removed, or configure"
                            + " another directory");
        }
        if ((mode & OTHERS) != 0) {
            throw RegionFault.access(
                    path,
                    "is open to others (mode " + Integer.toOctalString(mode & 07777) + "); if you trust what is in it,"
                            + " close it with chmod go-rwx, else remove it");
        }
        return mode;
    }

    private static RegionFault notOfType(Path path, int type) {
        String wanted = type == DIRECTORY ? "a directory" : "a regular file";
        return RegionFault.access(path, "is not " + wanted + " (symbolic links are not followed); remove it");
    }

    private static Map<String, Object> attributes(Path path) throws IOException {
        return Files.readAttributes(path, "unix:mode,uid,fileKey,creationTime", LinkOption.NOFOLLOW_LINKS);
    }

    private static Object value(Map<String, Object> attributes, String name) {
        return Objects.requireNonNull(attributes.get(name), name);
    }

    private static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> mode) {
        return hasModes(path)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(mode)}
                : new FileAttribute<?>[0];
    }

    /**
     * Undoes what the umask took from the owner.
     *
     * <p>The umask can only take rights away, so in the moment before this the file is open to nobody else, and
     * perhaps not even to its owner. A process that dies in that moment leaves a file which the next one, being its
     * owner, repairs in the same way when it verifies it.
     */
    private static void restoreMode(Path path, Set<PosixFilePermission> mode) throws IOException {
        if (hasModes(path)) {
            Files.setPosixFilePermissions(path, mode);
        }
    }

    private static boolean hasModes(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("unix");
    }
}

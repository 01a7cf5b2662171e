package dev.towpath.shm.memory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Knows the user that this process acts as, by name and by number. */
final class OwnUser {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int EFFECTIVE = 2;

    private static volatile @Nullable Integer known;

    private OwnUser() {}

    /**
     * Returns the number that the files of this process get as their owner.
     *
     * <p>The owner of {@code /proc/self} would not do: it is root for a program with file capabilities. Nor would the
     * property {@code user.name}: anybody can set it, and it is unknown for a number that has no name in a container.
     *
     * @return the effective user id
     * @throws IOException if the system tells it in no way
     */
    static int uid() throws IOException {
        Integer uid = known;
        if (uid == null) {
            uid = askForUid();
            known = uid;
        }
        return uid;
    }

    private static int askForUid() throws IOException {
        if (Files.isReadable(STATUS)) {
            for (String line : Files.readAllLines(STATUS, StandardCharsets.ISO_8859_1)) {
                if (line.startsWith("Uid:")) {
                    return Integer.parseUnsignedInt(line.split("\\s+", -1)[EFFECTIVE]);
                }
            }
        }
        return uidOfNewFile();
    }

    private static int uidOfNewFile() throws IOException {
        Path probe = Files.createTempFile("towpath", ".probe");
        try {
            return (Integer) Files.getAttribute(probe, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        } finally {
            Files.delete(probe);
        }
    }

    /**
     * Returns a name for this user that can be a part of a file name.
     *
     * @return the user's name, or its number if the name is unknown or has odd characters
     * @throws IOException if neither can be had
     */
    static String name() throws IOException {
        String name = System.getProperty("user.name", "?");
        return name.matches("[A-Za-z0-9._-]{1,64}") ? name : Integer.toUnsignedString(uid());
    }
}

package dev.towpath.shm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.Background;
import dev.towpath.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lets somebody die over the files of a region, and judges what he has left.
 *
 * <p>Who opens the region next must get in, find the message that was there before unless it may be lost, and be able
 * to work; then no file may be there but the region, its lock, and locks and sockets of slots, all of them for this
 * user alone, and when all have left, the region must be in order, and all files of it can be deleted. If somebody
 * lived in the region, he must have noticed nothing.
 */
final class FileTrial {

    private static final String OWN = "own";
    private static final byte[] WORD = {2};

    private final FileDeed deed;
    private final Path base;
    private final String when;

    /** How somebody dies. */
    @FunctionalInterface
    interface Way {
        void die(FileDeed deed, Path base);
    }

    FileTrial(FileDeed deed, Path base, String when) {
        this.deed = deed;
        this.base = base;
        this.when = deed + ", " + when;
    }

    /** Lets somebody do it, and perhaps die over it. */
    void run(Way way) throws IOException {
        deed.prepare(base);
        try (SharedMemoryLayer other = deed.isAmongOthers() ? FileDeed.open(base) : null) {
            way.die(deed, base);
            if (other != null) {
                work(other);
            }
            judge(other);
        }
        RegionCheck check = RegionCheck.of(base, FileDeed.PREFIX);
        assertEquals(List.of(), check.damage(), when);
        assertEquals(List.of(), check.unfinished(), when);
        SharedMemoryLayer.delete(base, FileDeed.PREFIX);
        assertEquals(Set.of(), files(), when);
    }

    private void judge(@Nullable SharedMemoryLayer other) throws IOException {
        try (SharedMemoryLayer next = FileDeed.open(base)) {
            Message found = next.tryReceive(FileDeed.CHANNEL);
            switch (deed.fate()) {
                case KEPT -> assertNotNull(found, when);
                case KEPT_OR_LOST -> assertTrue(found == null || found.bytes().length == 1, when);
                default -> assertNull(found, when);
            }
            work(next);
            int living = other == null ? 1 : 2;
            if (other != null) { // else who has opened has recovered the dead already
                Background.await(() -> next.statistics().participants() <= living);
            }
            assertEquals(living, next.statistics().participants(), when);
            assertEquals(0, next.statistics().messagesPending(), when);
            Set<String> files = files();
            files.removeIf(file -> file.matches("@[0-9]+\\.(lock|sock)"));
            assertEquals(Set.of("@region", "@lock"), files, when);
            assertForThisUserAlone();
        }
    }

    private void work(SharedMemoryLayer layer) {
        layer.send(OWN, WORD);
        Message received = layer.tryReceive(OWN);
        assertNotNull(received, when);
        assertArrayEquals(WORD, received.bytes(), when);
    }

    /** The names of all files, without the prefix. */
    private Set<String> files() throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.list(directory())) {
            files.forEach(file -> names.add(file.getFileName().toString().substring(FileDeed.PREFIX.length())));
        }
        return names;
    }

    private void assertForThisUserAlone() throws IOException {
        try (Stream<Path> files = Files.list(directory())) {
            for (Path file : files.toList()) {
                assertEquals(
                        "rw-------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(file)),
                        () -> when + ": " + file);
            }
        }
    }

    private Path directory() throws IOException {
        try (Stream<Path> directories = Files.list(base)) {
            return directories.findFirst().orElseThrow();
        }
    }
}

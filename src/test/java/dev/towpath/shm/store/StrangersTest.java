package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.Background;
import dev.towpath.shm.memory.ForkedJvm;
import dev.towpath.shm.memory.RegionDirectory;
import dev.towpath.shm.memory.RegionFault;
import dev.towpath.shm.memory.RegionFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that nobody but the owner of a region can come in, read, disturb or replace anything. */
class StrangersTest {

    private static final String PREFIX = "mine";
    private static final int NOBODY = 65_534;
    private static final List<String> AS_NOBODY = List.of(
            "setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--inh-caps=-all", "--no-new-privs");

    @TempDir
    private Path directory;

    private Path base;

    /** A directory like /dev/shm: everybody may write to it, and remove what is his own. */
    @BeforeEach
    void makeBase() throws IOException {
        Files.setAttribute(directory, "unix:mode", 0755);
        base = Files.createDirectory(directory.resolve("base"));
        Files.setAttribute(base, "unix:mode", 01777);
    }

    static StoreOptions options() {
        return new StoreOptions(
                400 << 10,
                8 << 10,
                Duration.ofMinutes(20).toNanos(),
                Duration.ofMinutes(20).toNanos(),
                false,
                name -> 100,
                System::nanoTime);
    }

    @Test
    void everyFileIsTheOwnersAloneWhateverTheUmask() throws IOException {
        for (String umask : List.of("000", "022", "027", "077", "277", "777")) {
            List<String> wrapper = List.of("sh", "-c", "umask " + umask + " && exec \"$@\"", "sh");
            try (ForkedJvm other =
                    ForkedJvm.startUnder(wrapper, List.of(), StrangerProbe.class, "open", base.toString(), PREFIX)) {
                Path region = Path.of(other.readLine());
                assertEquals("rwx------", mode(Objects.requireNonNull(region.getParent())), umask);
                List<Path> files = files(region.getParent());
                assertEquals(4, files.size(), () -> "region, two locks and a socket: " + files);
                for (Path file : files) {
                    assertEquals("rw-------", mode(file), umask + " " + file);
                }
            }
            deleteAll(RegionDirectory.open(base).path());
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
    }

    private static List<Path> files(Path parent) throws IOException {
        try (Stream<Path> files = Files.list(parent)) {
            return files.toList();
        }
    }

    private static void deleteAll(Path parent) throws IOException {
        for (Path file : files(parent)) {
            Files.delete(file);
        }
        Files.delete(parent);
    }

    @Test
    void anotherUserGetsNowhere() throws IOException {
        Assumptions.assumeTrue(isRoot(), "only root can become another user");
        Path classes = readableClasses();
        try (Store store = Store.open(base, PREFIX, options());
                ForkedJvm owner = ForkedJvm.start(StrangerProbe.class, "open", base.toString(), PREFIX)) {
            owner.readLine();
            List<String> outcomes = attack(classes, owner.pid());
            assertEquals(StrangerProbe.Attack.values().length, outcomes.size(), outcomes::toString);
            for (String outcome : outcomes) {
                assertFalse(outcome.endsWith("succeeded"), outcome);
            }
            assertTrue(outcomes.get(0).startsWith("OPEN_AS_OWNER refused: ACCESS"), outcomes.get(0));
            assertTrue(Files.exists(store.path()));
            owner.writeLine("");
            assertEquals("(end of output)", owner.readLine(), "the owner lives, and ends when it is told to");
        }
    }

    /** The same by one who may do everything succeeds: so it is the rights that keep others out. */
    @Test
    void theOwnerCanDoWhatOthersCannot() throws IOException {
        try (ForkedJvm owner = ForkedJvm.start(StrangerProbe.class, "open", base.toString(), PREFIX)) {
            owner.readLine();
            List<String> outcomes = attack(List.of(), List.of(), owner.pid());
            for (StrangerProbe.Attack attack : StrangerProbe.Attack.values()) {
                boolean inUse = attack == StrangerProbe.Attack.DELETE_AS_OWNER;
                assertEquals(!inUse, outcomes.contains(attack + " succeeded"), () -> attack + " is not in " + outcomes);
            }
        }
    }

    private List<String> attack(Path classes, long process) {
        return attack(AS_NOBODY, List.of("-cp", classes.toString()), process);
    }

    private List<String> attack(List<String> wrapper, List<String> options, long process) {
        String owner = System.getProperty("user.name");
        List<String> all = new ArrayList<>(options);
        all.add("-Duser.name=" + owner);
        List<String> lines = new ArrayList<>();
        try (ForkedJvm stranger = ForkedJvm.startUnder(
                wrapper, all, StrangerProbe.class, "attack", base.toString(), PREFIX, owner, Long.toString(process))) {
            for (String line = stranger.readLine(); !line.startsWith("(end"); line = stranger.readLine()) {
                lines.add(line);
            }
        }
        return lines;
    }

    @Test
    void whoTakesTheNameFirstKeepsTheOwnerOutAndGetsNothing() throws IOException {
        Assumptions.assumeTrue(isRoot(), "only root can give files away");
        Path taken = base.resolve("towpath-" + System.getProperty("user.name"));
        Files.createDirectory(taken);
        Files.setAttribute(taken, "unix:mode", 0700);
        Files.setAttribute(taken, "unix:uid", NOBODY);
        RegionFault fault = assertThrows(RegionFault.class, () -> Store.open(base, PREFIX, options()));
        assertTrue(fault.getMessage().contains("belongs to user " + NOBODY), fault.getMessage());
        assertEquals(List.of(), files(taken));
    }

    /** Puts a link in the place of the region and back, thousands of times, while it is opened again and again. */
    @Test
    void aLinkThatIsSwappedInIsNeverFollowed() throws Exception {
        RegionDirectory regions = RegionDirectory.open(base);
        Store.open(base, "bait", options()).close();
        Store.open(base, PREFIX, options()).close();
        long baitSeed = RegionFileSeed.of(regions, "bait");
        Path region = regions.region(PREFIX);
        Path kept = Files.createLink(base.resolve("kept"), region);
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger swaps = new AtomicInteger();
        Background<Integer> swapper = Background.start(() -> swap(region, kept, regions.region("bait"), swaps, over));
        int opened = 0;
        int refused = 0;
        while (!swapper.isDone() && (opened < 100 || refused < 100 || swaps.get() < 100)) {
            try (RegionFile file = RegionFile.open(regions, PREFIX, Inspection.spec())) {
                assertTrue(file.header().hashSeed() != baitSeed, "the link was followed");
                opened++;
            } catch (RegionFault e) {
                assertEquals(RegionFault.Kind.ACCESS, e.kind());
                refused++;
            } catch (UncheckedIOException e) {
                refused++; // it was a link when it was opened, and a file when it was looked at
            }
        }
        over.set(true);
        assertTrue(swapper.result() >= 100);
    }

    private static int swap(Path region, Path kept, Path bait, AtomicInteger swaps, AtomicBoolean over)
            throws IOException {
        Path temporary = region.resolveSibling("swapping");
        for (; !over.get(); swaps.incrementAndGet()) {
            try {
                Files.createSymbolicLink(temporary, bait);
                Files.move(temporary, region, StandardCopyOption.ATOMIC_MOVE);
                Files.createLink(temporary, kept);
                Files.move(temporary, region, StandardCopyOption.ATOMIC_MOVE);
            } catch (FileAlreadyExistsException | NoSuchFileException e) {
                throw new AssertionError(e);
            }
        }
        return swaps.get();
    }

    /** Says which region a file is. */
    private static final class RegionFileSeed {

        static long of(RegionDirectory regions, String prefix) {
            try (RegionFile file = RegionFile.open(regions, prefix, Inspection.spec())) {
                return file.header().hashSeed();
            }
        }
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    /** A copy of the classes that everybody can read. */
    private Path readableClasses() throws IOException {
        Path copy = Files.createDirectory(directory.resolve("classes"));
        Files.setAttribute(copy, "unix:mode", 0755);
        for (Class<?> type : List.of(RegionFile.class, StrangerProbe.class)) {
            Path home = Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().getPath());
            try (Stream<Path> files = Files.walk(home)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    copy(file, copy.resolve(home.relativize(file).toString()));
                }
            }
        }
        return copy;
    }

    private static void copy(Path from, Path to) throws IOException {
        if (Files.isDirectory(from)) {
            Files.createDirectories(to);
            Files.setAttribute(to, "unix:mode", 0755);
        } else {
            Files.copy(from, to);
            Files.setAttribute(to, "unix:mode", 0644);
        }
    }
}

package dev.towpath.shm.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockFileTest {

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = directory.resolve("lock");
    }

    @Test
    void aLockIsHeldByOneUntilItIsClosed() {
        LockFile lock = acquire();
        assertNull(LockFile.tryAcquire(file));
        assertTrue(LockFile.isHeld(file));
        lock.close();
        assertFalse(LockFile.isHeld(file));
        LockFile second = acquire();
        lock.close();
        assertTrue(LockFile.isHeld(file), "closing the first again must not release the second");
        second.close();
    }

    @Test
    void probingCreatesNothing() {
        assertFalse(LockFile.isHeld(file));
        assertFalse(Files.exists(file));
    }

    @Test
    void theLockOfAnotherProcessIsSeenAndEndsWithIt() {
        try (ForkedJvm other = ForkedJvm.start(MemoryProbe.class, "hold", file.toString())) {
            assertEquals("held", other.readLine());
            assertTrue(LockFile.isHeld(file));
            assertNull(LockFile.tryAcquire(file));
        }
        assertFalse(LockFile.isHeld(file));
        acquire().close();
    }

    @Test
    void aStoppedProcessKeepsItsLock() throws Exception {
        try (ForkedJvm other = ForkedJvm.start(MemoryProbe.class, "hold", file.toString())) {
            assertEquals("held", other.readLine());
            run("kill", "-STOP", Long.toString(other.pid()));
            assertTrue(LockFile.isHeld(file));
        }
    }

    @Test
    void probesAndAttemptsInTheSameProcessDoNotDropTheLock() {
        try (LockFile lock = acquire()) {
            assertTrue(LockFile.isHeld(lock.path()));
            assertNull(LockFile.tryAcquire(file));
            assertHeldForOthers();
        }
    }

    @Test
    void anotherPathToTheFileDoesNotDropTheLock() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory);
        try (LockFile lock = acquire()) {
            assertTrue(LockFile.isHeld(link.resolve(lock.path().getFileName())));
            assertNull(LockFile.tryAcquire(link.resolve("lock")));
            assertHeldForOthers();
        }
    }

    @Test
    void aSecondClassLoaderDoesNotDropTheLock() throws Exception {
        URL[] classes = {Path.of(ForkedJvm.home(LockFile.class)).toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(classes, ClassLoader.getPlatformClassLoader());
                LockFile lock = acquire()) {
            Class<?> twin = loader.loadClass(LockFile.class.getName());
            assertFalse(twin.isInstance(lock));
            Class<?> twinMutex = loader.loadClass(ProcessMutex.class.getName());
            assertSame(ProcessMutex.monitor(), twinMutex.getMethod("monitor").invoke(null));
            assertEquals(true, twin.getMethod("isHeld", Path.class).invoke(null, file));
            assertNull(twin.getMethod("tryAcquire", Path.class).invoke(null, file));
            assertHeldForOthers();
        }
    }

    @Test
    void aLostRegistryDoesNotDropTheLock() {
        try (LockFile lock = acquire()) {
            String key = System.getProperties().stringPropertyNames().stream()
                    .filter(name -> name.startsWith("dev.towpath.lock."))
                    .filter(name -> System.getProperty(name).equals(lock.path().toString()))
                    .findAny()
                    .orElseThrow();
            System.clearProperty(key);
            assertTrue(LockFile.isHeld(file));
            assertNull(LockFile.tryAcquire(file));
            assertHeldForOthers();
            assertEquals(file.toString(), System.getProperty(key));
        }
        assertFalse(LockFile.isHeld(file));
    }

    @Test
    void aLockOnARemovedFileHindersNobody() throws IOException {
        try (LockFile first = acquire()) {
            Files.delete(first.path());
            assertFalse(LockFile.isHeld(file));
            try (LockFile second = acquire()) {
                assertTrue(LockFile.isHeld(second.path()));
                assertHeldForOthers();
            }
        }
    }

    @Test
    void nothingButARegularFileIsOpened() throws Exception {
        assertRefused(Files.createSymbolicLink(directory.resolve("symlink"), directory.resolve("target")));
        assertFalse(Files.exists(directory.resolve("target")));
        assertRefused(Files.createDirectory(directory.resolve("directory")));
        run("mkfifo", directory.resolve("fifo").toString());
        assertRefused(directory.resolve("fifo"));
    }

    @Test
    void aFileThatOthersCanOpenIsRefused() throws IOException {
        acquire().close();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertRefused(file);
    }

    @Test
    void aFileOfAnotherUserIsRefused() throws IOException {
        Assumptions.assumeTrue(OwnUser.uid() == 0, "only root can give files away");
        acquire().close();
        Files.setAttribute(file, "unix:uid", 12_345);
        assertRefused(file);
    }

    @Test
    void theModeIsTheOwnersWhateverTheUmask() throws IOException {
        for (String umask : List.of("000", "777")) {
            Path made = directory.resolve("under" + umask);
            List<String> wrapper = List.of("sh", "-c", "umask " + umask + " && exec \"$@\"", "sh");
            try (ForkedJvm other =
                    ForkedJvm.startUnder(wrapper, List.of(), MemoryProbe.class, "hold", made.toString())) {
                assertEquals("held", other.readLine());
                assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(made)));
            }
        }
    }

    @Test
    void aMissingDirectoryIsAnError() {
        Path missing = directory.resolve("missing").resolve("lock");
        assertThrows(UncheckedIOException.class, () -> LockFile.tryAcquire(missing));
        assertFalse(LockFile.isHeld(missing));
    }

    @Test
    void failedAttemptsLeaveNoDescriptorOpen() throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "only Linux lists descriptors");
        try (ForkedJvm other = ForkedJvm.start(MemoryProbe.class, "hold", file.toString())) {
            assertEquals("held", other.readLine());
            assertTrue(LockFile.isHeld(file));
            assertNull(LockFile.tryAcquire(file));
            assertEquals(0, descriptorsOfFile());
        }
        assertFalse(LockFile.isHeld(file));
        assertEquals(0, descriptorsOfFile());
    }

    @Test
    void probesOfTheOwnLockOpenNothing() throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "only Linux lists descriptors");
        try (LockFile lock = acquire()) {
            assertTrue(LockFile.isHeld(lock.path()));
            assertNull(LockFile.tryAcquire(file));
            assertEquals(1, descriptorsOfFile());
        }
        assertEquals(0, descriptorsOfFile());
    }

    private long descriptorsOfFile() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(this::isTheFile).count();
        }
    }

    private boolean isTheFile(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).equals(file);
        } catch (IOException e) {
            return false;
        }
    }

    private LockFile acquire() {
        return Objects.requireNonNull(LockFile.tryAcquire(file));
    }

    private void assertHeldForOthers() {
        try (ForkedJvm other = ForkedJvm.start(MemoryProbe.class, "isHeld", file.toString())) {
            assertEquals("true", other.readLine());
        }
    }

    private static void assertRefused(Path path) {
        RegionFault fault = assertThrows(RegionFault.class, () -> LockFile.tryAcquire(path));
        assertEquals(RegionFault.Kind.ACCESS, fault.kind());
        assertEquals(path, fault.file());
        assertNotNull(assertThrows(RegionFault.class, () -> LockFile.isHeld(path)));
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder(command).start().waitFor());
    }
}

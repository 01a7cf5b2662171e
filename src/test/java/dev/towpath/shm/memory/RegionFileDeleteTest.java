package dev.towpath.shm.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that {@link RegionFile#delete} removes everything of a prefix that nobody uses, and nothing else. */
class RegionFileDeleteTest {

    @TempDir
    Path base;

    private RegionDirectory directory;

    @BeforeEach
    void openTheDirectory() {
        directory = RegionDirectory.open(base);
    }

    @Test
    void whatIsNotThereIsNotMissed() throws IOException {
        RegionFile.delete(directory, "test");
        assertEquals(Set.of(), files());
    }

    @Test
    void allFilesOfThePrefixGoAndNoOthers() throws IOException {
        open("test").close();
        open("test.1").close();
        Files.createFile(directory.socket("test", 1));
        Files.createFile(directory.temporary("test"));
        Objects.requireNonNull(LockFile.tryAcquire(directory.participantLock("test", 1)))
                .close();
        RegionFile.delete(directory, "test");
        assertEquals(Set.of("test.1@region", "test.1@lock"), files());
        open("test").close();
    }

    @Test
    void aParticipantInThisProcessForbidsIt() throws IOException {
        try (RegionFile region = open("test");
                LockFile participant =
                        Objects.requireNonNull(LockFile.tryAcquire(directory.participantLock("test", 7)))) {
            Set<String> before = files();
            assertRefused("[7]");
            assertEquals(before, files());
            assertTrue(region.isInPlace() && LockFile.isHeld(participant.path()));
        }
        RegionFile.delete(directory, "test");
        assertEquals(Set.of(), files());
    }

    @Test
    void aParticipantInAnotherProcessForbidsItWhileItLives() throws IOException {
        open("test").close();
        String first = directory.participantLock("test", 12).toString();
        String second = directory.participantLock("test", 3).toString();
        try (ForkedJvm one = ForkedJvm.start(MemoryProbe.class, "hold", first);
                ForkedJvm two = ForkedJvm.start(MemoryProbe.class, "hold", second)) {
            assertEquals("held", one.readLine());
            assertEquals("held", two.readLine());
            assertRefused("[3, 12]");
        }
        RegionFile.delete(directory, "test");
        assertEquals(Set.of(), files());
    }

    @Test
    void damagedAndForeignRegionsCanBeRemoved() throws IOException {
        Files.write(directory.region("test"), new byte[] {1, 2, 3});
        RegionFile.delete(directory, "test");
        assertEquals(Set.of(), files());
    }

    @Test
    void aMappedRegionOutlivesItsFile() throws IOException {
        try (RegionFile region = open("test")) {
            RegionFile.delete(directory, "test");
            region.segment().fill((byte) 1);
            assertEquals(false, region.isInPlace());
            try (RegionFile other = open("test")) {
                assertTrue(other.isInPlace());
            }
        }
    }

    @Test
    void nobodyJoinsARegionThatWasRemoved() {
        try (ForkedJvm one = ForkedJvm.start(MemoryProbe.class, "churn", base.toString(), "test", "0");
                ForkedJvm two = ForkedJvm.start(MemoryProbe.class, "churn", base.toString(), "test", "1")) {
            assertEquals("well", one.readLine());
            assertEquals("well", two.readLine());
        }
    }

    private void assertRefused(String words) {
        IllegalStateException refusal =
                assertThrows(IllegalStateException.class, () -> RegionFile.delete(directory, "test"));
        assertTrue(refusal.getMessage().contains(words), refusal.getMessage());
    }

    private RegionFile open(String prefix) {
        return RegionFile.open(directory, prefix, RegionFileTest.spec(4096, 4096, region -> {}));
    }

    private Set<String> files() throws IOException {
        try (var stream = Files.list(directory.path())) {
            return Set.copyOf(stream.map(path -> path.getFileName().toString()).toList());
        }
    }
}

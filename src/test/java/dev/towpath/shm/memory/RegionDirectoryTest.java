package dev.towpath.shm.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegionDirectoryTest {

    private static final int STRANGER = 12_345;

    @TempDir
    Path base;

    @Test
    void theDirectoryIsMadeForThisUserAlone() throws IOException {
        Path made = RegionDirectory.open(base).path();
        assertEquals(base.toRealPath().resolve("towpath-" + System.getProperty("user.name")), made);
        assertEquals("rwx------", mode(made));
        assertEquals(made, RegionDirectory.open(base).path());
    }

    @Test
    void theModeIsTheOwnersWhateverTheUmask() throws IOException {
        for (String umask : List.of("000", "777")) {
            Path below = Files.createDirectory(base.resolve("under" + umask));
            List<String> wrapper = List.of("sh", "-c", "umask " + umask + " && exec \"$@\"", "sh");
            try (ForkedJvm other =
                    ForkedJvm.startUnder(wrapper, List.of(), MemoryProbe.class, "openDirectory", below.toString())) {
                assertEquals("rwx------", mode(Path.of(other.readLine())));
            }
        }
    }

    @Test
    void whatADeadCreatorLeftWithoutRightsIsRepaired() throws IOException {
        Path made = RegionDirectory.open(base).path();
        Files.setPosixFilePermissions(made, Set.of());
        RegionDirectory.open(base);
        assertEquals("rwx------", mode(made));
    }

    @Test
    void aSymbolicLinkIsRefused() throws IOException {
        Path made = RegionDirectory.open(base).path();
        Files.move(made, base.resolve("elsewhere"));
        Files.createSymbolicLink(made, base.resolve("elsewhere"));
        assertRefused("not a directory");
    }

    @Test
    void aFileIsRefused() throws IOException {
        Path made = RegionDirectory.open(base).path();
        Files.delete(made);
        Files.createFile(made);
        assertRefused("not a directory");
    }

    @Test
    void aDirectoryOfAnotherUserIsRefused() throws IOException {
        Assumptions.assumeTrue(OwnUser.uid() == 0, "only root can give directories away");
        Path made = RegionDirectory.open(base).path();
        Files.setAttribute(made, "unix:uid", STRANGER);
        assertRefused("belongs to user " + STRANGER);
    }

    @Test
    void aDirectoryThatOthersCanEnterIsRefused() throws IOException {
        Path made = RegionDirectory.open(base).path();
        for (String mode : List.of("rwxrwx---", "rwx---rwx", "rwx--x---", "rwx---r--")) {
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString(mode));
            assertRefused("is open to others");
            assertEquals(mode, mode(made), "refusing changes nothing");
        }
    }

    @Test
    void aBaseThatOthersCanWriteNeedsTheStickyBit() throws IOException {
        RegionDirectory.open(base);
        Files.setAttribute(base, "unix:mode", 0777);
        assertRefused("sticky");
        Files.setAttribute(base, "unix:mode", 01777);
        assertNotNull(RegionDirectory.open(base));
    }

    @Test
    void aMissingBaseIsRefused() {
        Path missing = base.resolve("missing");
        assertEquals(
                RegionFault.Kind.ACCESS,
                assertThrows(RegionFault.class, () -> RegionDirectory.open(missing))
                        .kind());
        assertNull(RegionDirectory.find(missing));
    }

    @Test
    void anotherUserCanNeitherUseNorReplaceIt() throws IOException {
        Assumptions.assumeTrue(OwnUser.uid() == 0, "only root can become another user");
        Files.setAttribute(base, "unix:mode", 01777);
        Path made = RegionDirectory.open(base).path();
        List<String> wrapper =
                List.of("setpriv", "--reuid=" + STRANGER, "--regid=" + STRANGER, "--clear-groups", "--inh-caps=-all");
        List<String> options = List.of("-Duser.name=" + System.getProperty("user.name"));
        try (ForkedJvm other =
                ForkedJvm.startUnder(wrapper, options, MemoryProbe.class, "openDirectory", base.toString())) {
            String answer = other.readLine();
            Assumptions.assumeFalse(answer.contains("Could not find or load main class"), "classes are not readable");
            assertTrue(answer.startsWith("ACCESS " + made + " belongs to user 0"), answer);
        }
    }

    @Test
    void findingCreatesNothing() throws IOException {
        assertNull(RegionDirectory.find(base));
        Path made = RegionDirectory.open(base).path();
        assertEquals(made, Objects.requireNonNull(RegionDirectory.find(base)).path());
        Files.delete(made);
        assertNull(RegionDirectory.find(base));
        assertFalse(Files.exists(made));
    }

    @Test
    void filesOfDifferentPrefixesHaveDifferentNames() {
        RegionDirectory directory = RegionDirectory.open(base);
        Set<Path> names = new HashSet<>();
        int count = 0;
        for (String prefix : List.of("a", "a.region", "a-1", "a.1.lock", "1")) {
            names.add(directory.region(prefix));
            names.add(directory.creationLock(prefix));
            count += 2;
            for (int slot = 0; slot < 12; slot++) {
                names.add(directory.participantLock(prefix, slot));
                names.add(directory.socket(prefix, slot));
                count += 2;
            }
        }
        assertEquals(count, names.size());
        assertEquals("a@11.sock", directory.socket("a", 11).getFileName().toString());
    }

    @Test
    void illegalPrefixesAndSlotsAreRefused() {
        RegionDirectory directory = RegionDirectory.open(base);
        for (String prefix : List.of("", "a@b", "a/b", "..\0", "ä", "x".repeat(65))) {
            assertThrows(IllegalArgumentException.class, () -> directory.region(prefix));
        }
        assertThrows(IllegalArgumentException.class, () -> directory.socket("a", -1));
    }

    @Test
    void theDefaultBaseCanBeWritten() {
        assertTrue(Files.isWritable(RegionDirectory.defaultBase()));
    }

    private void assertRefused(String words) {
        for (boolean create : new boolean[] {true, false}) {
            RegionFault fault = assertThrows(RegionFault.class, () -> {
                RegionDirectory unused = create ? RegionDirectory.open(base) : RegionDirectory.find(base);
            });
            assertEquals(RegionFault.Kind.ACCESS, fault.kind());
            assertTrue(fault.getMessage().contains(words), fault.getMessage());
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}

package dev.towpath.shm.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests what {@link RegionFile} does on a file system that is too small for the region. */
class RegionSpaceTest {

    private static final long MIB = 1 << 20;

    @TempDir
    Path parent;

    private Path base;
    private RegionDirectory directory;

    @BeforeEach
    void mountATinyFileSystem() throws Exception {
        base = Files.createDirectory(parent.resolve("tiny"));
        mount("4m");
    }

    private void mount(String size) throws Exception {
        Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=" + size + ",mode=1777", "tmpfs", base.toString()),
                "mounting is not permitted");
        directory = RegionDirectory.open(base);
    }

    @AfterEach
    void unmountIt() throws Exception {
        run("umount", base.toString());
    }

    @Test
    void aRegionThatDoesNotFitIsRefusedBeforeAnythingIsMade() throws IOException {
        RegionFault fault = assertThrows(
                RegionFault.class,
                () -> RegionFile.open(directory, "test", RegionFileTest.spec(8 * MIB, MIB, RegionFileTest::never)));
        assertSpace(fault);
        assertTrue(fault.getMessage().contains("--shm-size=11m"), fault.getMessage());
    }

    @Test
    void spaceThatIsGoneWhileTheRegionIsWrittenLeavesNothing() throws IOException {
        RegionFault fault = assertThrows(
                RegionFault.class,
                () -> RegionMaker.build(directory, "test", RegionFileTest.spec(8 * MIB, MIB, RegionFileTest::never)));
        assertSpace(fault);
    }

    @Test
    void aRegionThatFitsExactlyIsMadeAndCanBeUsedToItsLastByte() throws IOException {
        long free = Files.getFileStore(base).getUsableSpace();
        long messageMemory = free - HeaderLayout.SIZE_BYTES;
        try (RegionFile region =
                RegionFile.open(directory, "test", RegionFileTest.spec(messageMemory, 0, segment -> {}))) {
            assertEquals(0, Files.getFileStore(base).getUsableSpace());
            region.segment().fill((byte) 1);
        }
    }

    @Test
    void aFileSystemWithoutLimitHasSpace() throws Exception {
        unmountIt();
        mount("0");
        RegionFile.open(directory, "test", RegionFileTest.spec(MIB, MIB, segment -> {}))
                .close();
    }

    private void assertSpace(RegionFault fault) throws IOException {
        assertEquals(RegionFault.Kind.SPACE, fault.kind());
        assertEquals(9 * MIB + HeaderLayout.SIZE_BYTES, fault.needBytes());
        assertEquals(Files.getFileStore(base).getUsableSpace(), fault.freeBytes());
        try (var stream = Files.list(directory.path())) {
            List<String> left = stream.map(path -> path.getFileName().toString())
                    .filter(name -> !name.equals("test@lock"))
                    .toList();
            assertEquals(List.of(), left);
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }
}

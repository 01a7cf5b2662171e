package dev.towpath.shm.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that {@link RegionFile} refuses what is no region of ours, and leaves it as it is. */
class RegionFileRefusalTest {

    private static final String PREFIX = "test";

    @TempDir
    Path base;

    private RegionDirectory directory;
    private Path file;

    @BeforeEach
    void makeARegion() {
        directory = RegionDirectory.open(base);
        file = directory.region(PREFIX);
        open().close();
    }

    @Test
    void anotherFormatIsRefused() throws IOException {
        byte[] garbage = new byte[9000];
        garbage[0] = 1;
        Files.write(file, garbage);
        assertRefused(RegionFault.Kind.FORMAT, "is not a region");
    }

    @Test
    void anotherVersionIsRefused() throws IOException {
        putWord(HeaderLayout.FORMAT_VERSION_AT, 99);
        assertRefused(RegionFault.Kind.FORMAT, "version 99");
    }

    @Test
    void anotherLayoutIsRefused() {
        RegionSpec spec = new RegionSpec(
                4096, 4096, RegionFileTest.FINGERPRINT + 1, Long::sum, RegionFileTest::never, System::nanoTime);
        RegionFault fault = assertThrows(RegionFault.class, () -> RegionFile.open(directory, PREFIX, spec));
        assertEquals(RegionFault.Kind.FORMAT, fault.kind());
        assertTrue(fault.getMessage().contains("another build"), fault.getMessage());
    }

    @Test
    void aTruncatedFileIsRefused() throws IOException {
        for (long size : new long[] {Files.size(file) - 1, 4096, 256, 255, 8, 0}) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(size);
            }
            assertRefused(RegionFault.Kind.CORRUPTED, "has " + size);
        }
    }

    @Test
    void aFileThatHasGrownIsRefused() throws IOException {
        Files.write(file, new byte[1], StandardOpenOption.APPEND);
        assertRefused(RegionFault.Kind.CORRUPTED, "bytes");
    }

    @Test
    void sizesThatDoNotFitTheFileAreRefused() throws IOException {
        for (long memory : new long[] {0, 8, -8, Long.MAX_VALUE, Long.MIN_VALUE}) {
            rewriteHeader(header -> withMessageMemory(header, memory));
            assertRefused(RegionFault.Kind.CORRUPTED, "do not fit");
        }
    }

    @Test
    void aRegionOfTheFutureIsRefused() throws IOException {
        rewriteHeader(header -> withCreation(header, header.bootId(), System.nanoTime() + Long.MAX_VALUE / 4));
        assertRefused(RegionFault.Kind.CORRUPTED, "future");
    }

    @Test
    void everyFlippedBitOfTheHeaderIsNoticed() throws IOException {
        for (long at = 0; at <= HeaderLayout.CHECKSUM_AT; at += Long.BYTES) {
            for (int bit = 0; bit < Long.SIZE; bit++) {
                long before = word(at);
                putWord(at, before ^ 1L << bit);
                assertThrows(RegionFault.class, this::open);
                putWord(at, before);
            }
        }
        open().close();
    }

    @Test
    void aRegionOfAnEarlierBootIsReplaced() throws IOException {
        long seed = word(HeaderLayout.HASH_SEED_AT);
        rewriteHeader(header -> withCreation(header, new BootId(1, 2), header.createdAtNanos()));
        try (RegionFile region = RegionFile.open(directory, PREFIX, RegionFileTest.spec(8192, 4096, segment -> {}))) {
            assertNotEquals(seed, region.header().hashSeed());
            assertEquals(8192, region.header().messageMemoryBytes());
        }
    }

    @Test
    void aRegionOfAnEarlierBootAndAnotherVersionIsReplaced() throws IOException {
        putWord(HeaderLayout.FORMAT_VERSION_AT, 99);
        putWord(HeaderLayout.BOOT_ID_LOW_AT, 1);
        open().close();
        assertEquals(HeaderLayout.FORMAT_VERSION, word(HeaderLayout.FORMAT_VERSION_AT));
    }

    @Test
    void aRegionOfAnotherBootIsNotReplacedUnderLivingParticipants() throws IOException {
        rewriteHeader(header -> withCreation(header, new BootId(1, 2), header.createdAtNanos()));
        try (LockFile participant = Objects.requireNonNull(LockFile.tryAcquire(directory.participantLock(PREFIX, 3)))) {
            assertTrue(LockFile.isHeld(participant.path()));
            assertRefused(RegionFault.Kind.ACCESS, "[3]");
        }
    }

    @Test
    void whereBootsHaveNoIdentityTheClockTellsThemApart() {
        RegionHeader made = RegionHeader.of(RegionFileTest.spec(8, 8, segment -> {}), 300, 1);
        BootId none = new BootId(0, 0);
        RegionHeader header = withCreation(made, none, 1000);
        assertTrue(header.isOfEarlierBoot(none, 999));
        assertEquals(false, header.isOfEarlierBoot(none, 1001));
        assertTrue(header.isOfEarlierBoot(new BootId(1, 1), 1001));
    }

    @Test
    void whatOthersCanOpenIsRefused() throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertRefused(RegionFault.Kind.ACCESS, "is open to others");
    }

    @Test
    void aRegionOfAnotherUserIsRefused() throws IOException {
        Assumptions.assumeTrue(OwnUser.uid() == 0, "only root can give files away");
        Files.setAttribute(file, "unix:uid", 12_345);
        assertRefused(RegionFault.Kind.ACCESS, "belongs to user 12345");
    }

    @Test
    void aSymbolicLinkIsRefused() throws IOException {
        Path elsewhere = Files.move(file, base.resolve("elsewhere"));
        Files.createSymbolicLink(file, elsewhere);
        assertRefused(RegionFault.Kind.ACCESS, "symbolic links are not followed");
    }

    @Test
    void aDirectoryIsRefused() throws IOException {
        Files.delete(file);
        Files.createDirectory(file);
        RegionFault fault = assertThrows(RegionFault.class, this::open);
        assertEquals(RegionFault.Kind.ACCESS, fault.kind());
    }

    @Test
    void anAddressSpaceThatIsTooSmallIsNamed() throws IOException {
        long huge = 64L << 30;
        rewriteHeader(header -> withMessageMemory(header, huge));
        rewriteHeader(header -> new RegionHeader(
                header.magic(),
                header.formatVersion(),
                header.bootId(),
                header.fingerprint(),
                huge,
                header.groupMemoryBytes(),
                HeaderLayout.SIZE_BYTES + huge + header.groupMemoryBytes(),
                header.createdAtNanos(),
                header.hashSeed(),
                0));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1), HeaderLayout.SIZE_BYTES + huge + 4096 - 1);
        }
        List<String> wrapper = List.of("sh", "-c", "ulimit -v 16000000 && exec \"$@\"", "sh");
        try (ForkedJvm other =
                ForkedJvm.startUnder(wrapper, List.of(), MemoryProbe.class, "open", base.toString(), PREFIX)) {
            String answer = other.readLine();
            assertTrue(answer.startsWith("ACCESS") && answer.contains("address space"), answer);
        }
    }

    private RegionFile open() {
        return RegionFile.open(directory, PREFIX, RegionFileTest.spec(4096, 4096, segment -> {}));
    }

    private void assertRefused(RegionFault.Kind kind, String words) throws IOException {
        byte[] before = Files.readAllBytes(file);
        RegionFault fault = assertThrows(RegionFault.class, this::open);
        assertEquals(kind, fault.kind(), fault.getMessage());
        assertEquals(file, fault.file());
        assertTrue(fault.getMessage().contains(words), fault.getMessage());
        assertArrayEquals(before, Files.readAllBytes(file), "refusing changes nothing");
    }

    private void rewriteHeader(UnaryOperator<RegionHeader> change) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
        RegionHeader header = change.apply(RegionHeader.read(bytes)).withChecksum();
        long[] copy = new long[(int) (HeaderLayout.SIZE_BYTES / Long.BYTES)];
        header.write(new SegmentWords(MemorySegment.ofArray(copy)));
        for (int i = 1; i < copy.length; i++) {
            putWord((long) i * Long.BYTES, copy[i]);
        }
    }

    private static RegionHeader withMessageMemory(RegionHeader header, long messageMemoryBytes) {
        return new RegionHeader(
                header.magic(),
                header.formatVersion(),
                header.bootId(),
                header.fingerprint(),
                messageMemoryBytes,
                header.groupMemoryBytes(),
                header.regionSizeBytes(),
                header.createdAtNanos(),
                header.hashSeed(),
                0);
    }

    private static RegionHeader withCreation(RegionHeader header, BootId bootId, long createdAtNanos) {
        return new RegionHeader(
                header.magic(),
                header.formatVersion(),
                bootId,
                header.fingerprint(),
                header.messageMemoryBytes(),
                header.groupMemoryBytes(),
                header.regionSizeBytes(),
                createdAtNanos,
                header.hashSeed(),
                0);
    }

    private long word(long at) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(file))
                .order(ByteOrder.nativeOrder())
                .getLong((int) at);
    }

    private void putWord(long at, long value) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
            channel.write(bytes.putLong(value).flip(), at);
        }
    }
}

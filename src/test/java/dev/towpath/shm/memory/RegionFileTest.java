package dev.towpath.shm.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegionFileTest {

    static final long FINGERPRINT = 42;
    private static final String PREFIX = "test";

    @TempDir
    Path base;

    private RegionDirectory directory;

    static RegionSpec spec(long messageMemory, long groupMemory, Consumer<MemorySegment> initializer) {
        return new RegionSpec(
                messageMemory, groupMemory, FINGERPRINT, RegionFileTest::size, initializer, System::nanoTime);
    }

    private static long size(long messageMemory, long groupMemory) {
        return Math.addExact(HeaderLayout.SIZE_BYTES, Math.addExact(messageMemory, groupMemory));
    }

    @BeforeEach
    void openTheDirectory() {
        directory = RegionDirectory.open(base);
    }

    @Test
    void aNewRegionIsZeroBehindItsHeaderButForTheInitializersWork() throws IOException {
        long last = size(8192, 4096) - Long.BYTES;
        Consumer<MemorySegment> initializer = region -> {
            assertEquals(size(8192, 4096), region.byteSize());
            assertFalse(Files.exists(directory.region(PREFIX)), "nobody sees it yet");
            region.set(ValueLayout.JAVA_LONG, last, 7);
        };
        try (RegionFile region = RegionFile.open(directory, PREFIX, spec(8192, 4096, initializer))) {
            MemorySegment memory = region.segment();
            assertEquals(7, memory.get(ValueLayout.JAVA_LONG, last));
            MemorySegment rest = memory.asSlice(HeaderLayout.SIZE_BYTES, last - HeaderLayout.SIZE_BYTES);
            assertEquals(-1, rest.mismatch(MemorySegment.ofArray(new byte[(int) rest.byteSize()])));
            assertEquals(8192, region.header().messageMemoryBytes());
            assertEquals(4096, region.header().groupMemoryBytes());
            assertTrue(System.nanoTime() - region.header().createdAtNanos() >= 0);
        }
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.region(PREFIX))));
        assertEquals(Set.of(PREFIX + "@region", PREFIX + "@lock"), files());
    }

    @Test
    void thoseWhoOpenTheSamePrefixShareTheMemory() {
        try (RegionFile first = open();
                RegionFile second = open()) {
            first.segment().set(ValueLayout.JAVA_LONG, 512, 99);
            assertEquals(99, second.segment().get(ValueLayout.JAVA_LONG, 512));
            assertEquals(first.header().hashSeed(), second.header().hashSeed());
            assertEquals(first.header().createdAtNanos(), second.header().createdAtNanos());
        }
        try (RegionFile third = open();
                RegionFile other = RegionFile.open(directory, "other", spec(4096, 4096, region -> {}))) {
            assertEquals(99, third.segment().get(ValueLayout.JAVA_LONG, 512), "closing leaves the contents");
            assertNotEquals(third.header().hashSeed(), other.header().hashSeed());
        }
    }

    @Test
    void theSizesOfTheRegionCount() {
        open().close();
        try (RegionFile region = RegionFile.open(directory, PREFIX, spec(1 << 20, 1 << 10, RegionFileTest::never))) {
            assertEquals(4096, region.header().messageMemoryBytes());
            assertEquals(4096, region.header().groupMemoryBytes());
            assertEquals(size(4096, 4096), region.segment().byteSize());
        }
    }

    @Test
    void sizesThatMakeNoRegionAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> RegionFile.open(directory, PREFIX, spec(-8, 8, r -> {})));
        assertEquals(Set.of(PREFIX + "@lock"), files());
    }

    @Test
    void threadsThatOpenAtOnceMakeOneRegion() throws Exception {
        int threads = 8;
        AtomicInteger made = new AtomicInteger();
        CyclicBarrier start = new CyclicBarrier(threads);
        Set<Long> seeds = ConcurrentHashMap.newKeySet();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> results = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                results.add(executor.submit(() -> {
                    start.await();
                    RegionSpec spec = spec(4096, 4096, region -> made.incrementAndGet());
                    try (RegionFile region = RegionFile.open(directory, PREFIX, spec)) {
                        seeds.add(region.header().hashSeed());
                    }
                    return null;
                }));
            }
            for (Future<?> result : results) {
                result.get();
            }
        }
        assertEquals(1, made.get());
        assertEquals(1, seeds.size());
    }

    @Test
    void processesThatOpenAtOnceMakeOneRegion() {
        try (ForkedJvm first = ForkedJvm.start(MemoryProbe.class, "openMany", base.toString());
                ForkedJvm second = ForkedJvm.start(MemoryProbe.class, "openMany", base.toString())) {
            assertEquals("ready", first.readLine());
            assertEquals("ready", second.readLine());
            for (int i = 0; i < 50; i++) {
                first.writeLine("p" + i);
                second.writeLine("p" + i);
                assertEquals(first.readLine(), second.readLine());
            }
        }
    }

    @Test
    void aMakerThatDiesLeavesNothingThatLasts() throws Exception {
        try (ForkedJvm maker = ForkedJvm.start(MemoryProbe.class, "dieInInitializer", base.toString(), PREFIX)) {
            assertEquals(MemoryProbe.DIED, maker.waitFor());
        }
        assertEquals(1, directory.temporaries(PREFIX).size());
        open().close();
        assertEquals(Set.of(PREFIX + "@region", PREFIX + "@lock"), files());
    }

    @Test
    void aMakerThatFailsLeavesNothing() {
        RegionSpec spec = spec(4096, 4096, RegionFileTest::never);
        assertThrows(AssertionError.class, () -> RegionFile.open(directory, PREFIX, spec));
        assertEquals(Set.of(PREFIX + "@lock"), files());
        open().close();
    }

    @Test
    void joiningHappensUnderTheCreationLock() {
        RegionSpec spec = spec(4096, 4096, region -> {});
        AtomicInteger joined = new AtomicInteger();
        RegionFile.open(directory, PREFIX, spec, region -> {
                    assertTrue(LockFile.isHeld(directory.creationLock(PREFIX)));
                    joined.incrementAndGet();
                })
                .close();
        assertEquals(1, joined.get());
        assertFalse(LockFile.isHeld(directory.creationLock(PREFIX)));

        List<RegionFile> seen = new ArrayList<>();
        assertThrows(
                IllegalStateException.class,
                () -> RegionFile.open(directory, PREFIX, spec, region -> {
                    seen.add(region);
                    throw new IllegalStateException("no slot");
                }));
        assertFalse(LockFile.isHeld(directory.creationLock(PREFIX)));
        assertFalse(seen.getFirst().segment().scope().isAlive());
    }

    @Test
    void openingGivesUpOnAHolderThatDoesNotFinish() {
        Path path = directory.creationLock(PREFIX);
        try (LockFile holder = Objects.requireNonNull(LockFile.tryAcquire(path))) {
            RegionFault fault =
                    assertThrows(RegionFault.class, () -> RegionFile.await(LockFile::tryShare, path, 1_000_000));
            assertEquals(RegionFault.Kind.ACCESS, fault.kind());
            assertEquals(holder.path(), fault.file());
        }
        RegionFile.await(LockFile::tryAcquire, path, 1_000_000).close();
    }

    @Test
    void whoOpensARegionThatIsThereHoldsUpNobodyButWhoRemovesIt() throws Exception {
        open().close();
        try (ForkedJvm other = ForkedJvm.start(MemoryProbe.class, "stayInJoin", base.toString(), PREFIX)) {
            assertEquals("joining", other.readLine());
            open().close();
            Path path = directory.creationLock(PREFIX);
            assertThrows(RegionFault.class, () -> RegionFile.await(LockFile::tryAcquire, path, 1_000_000));
            assertTrue(Files.exists(directory.region(PREFIX)));
        }
        RegionFile.delete(directory, PREFIX);
        assertEquals(Set.of(), files());
    }

    @Test
    void anInterruptedThreadOpensAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        open().close();
        assertTrue(Thread.interrupted());
    }

    @Test
    void anInterruptWhileOpeningIsKept() {
        RegionSpec spec = new RegionSpec(
                4096, 4096, FINGERPRINT, RegionFileTest::interruptingSize, region -> {}, System::nanoTime);
        RegionFile.open(directory, PREFIX, spec).close();
        assertTrue(Thread.interrupted());
        assertEquals(Set.of(PREFIX + "@region", PREFIX + "@lock"), files());
    }

    private static final AtomicInteger INTERRUPTIONS = new AtomicInteger();

    private static long interruptingSize(long messageMemory, long groupMemory) {
        if (INTERRUPTIONS.getAndIncrement() < 2) {
            Thread.currentThread().interrupt();
        }
        return size(messageMemory, groupMemory);
    }

    @Test
    void aClosedRegionIsOutOfReach() {
        RegionFile region = open();
        region.close();
        region.close();
        assertThrows(IllegalStateException.class, () -> region.segment().get(ValueLayout.JAVA_LONG, 0));
    }

    @Test
    void aRemovedOrReplacedFileIsNoticed() throws IOException {
        try (RegionFile region = open()) {
            assertTrue(region.isInPlace());
            byte[] contents = Files.readAllBytes(region.path());
            Files.delete(region.path());
            assertFalse(region.isInPlace());
            Files.write(region.path(), contents);
            assertFalse(region.isInPlace());
            assertArrayEquals(contents, region.segment().toArray(ValueLayout.JAVA_BYTE));
        }
    }

    private RegionFile open() {
        return RegionFile.open(directory, PREFIX, spec(4096, 4096, region -> {}));
    }

    private Set<String> files() {
        try (var stream = Files.list(directory.path())) {
            return Set.copyOf(stream.map(path -> path.getFileName().toString()).toList());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static void never(MemorySegment region) {
        throw new AssertionError("a region is made, but there is one");
    }
}

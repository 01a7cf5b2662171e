package dev.towpath.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.Background;
import dev.towpath.ChannelFullException;
import dev.towpath.Message;
import dev.towpath.shm.memory.ForkedJvm;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests what happens where there is little space, stack, time without interrupts, or no region any more. */
class ResourcesTest {

    private static final String PREFIX = ResourceProbe.PREFIX;
    private static final int NUMBERS = 3_000;

    @TempDir
    private Path directory;

    private SharedMemoryLayer open() {
        return ResourceProbe.open(directory, PREFIX);
    }

    private void runsWell(List<String> wrapper, String command) {
        List<String> options = List.of("-cp", System.getProperty("java.class.path"));
        try (ForkedJvm jvm =
                ForkedJvm.startUnder(wrapper, options, ResourceProbe.class, command, directory.toString())) {
            StringBuilder all = new StringBuilder();
            String line = jvm.readLine();
            while (!line.equals("well") && !line.equals("(end of output)")) {
                all.append(line).append('\n');
                line = jvm.readLine();
            }
            assertEquals("well", line, all::toString);
        }
    }

    @Test
    void withoutDescriptorsWhatIsOpenWorks() {
        runsWell(List.of("sh", "-c", "ulimit -n 100 && exec \"$@\"", "sh"), "descriptors");
    }

    @Test
    void atTheEndOfTheStackAnOperationTakesPlaceOrNot() {
        runsWell(List.of(), "stack");
    }

    @Test
    void oneProcessorIsEnough() {
        runsWell(List.of("taskset", "-c", "0"), "processor");
    }

    @Test
    void aFileSystemThatIsFullHurtsNobodyWhoIsIn() throws Exception {
        mount("size=3m", directory);
        try {
            RegionSpaceException refusal =
                    assertThrows(RegionSpaceException.class, () -> SharedMemoryLayer.builder(PREFIX)
                            .directory(directory)
                            .messageMemory(4 << 20)
                            .open());
            assertTrue(refusal.needBytes() > refusal.freeBytes(), refusal::toString);
            try (SharedMemoryLayer layer = open()) {
                fill(directory.resolve("filling"));
                assertTrue(sendUntilMemoryIsFull(layer) > 10);
                layer.clear();
                ResourceProbe.use(layer);
                try (SharedMemoryLayer another = open()) {
                    ResourceProbe.use(another);
                }
            }
            SharedMemoryLayer.delete(directory, PREFIX);
        } finally {
            run("umount", directory.toString());
        }
    }

    private static void fill(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            assertThrows(IOException.class, () -> {
                for (int i = 0; i < 1 << 20; i++) {
                    out.write(new byte[4096]);
                }
            });
        }
    }

    private static int sendUntilMemoryIsFull(SharedMemoryLayer layer) {
        for (int i = 0; ; i++) {
            try {
                layer.send("channel" + i, new byte[30_000]);
            } catch (ChannelFullException e) {
                assertTrue(e.memoryFull());
                return i;
            }
        }
    }

    @Test
    void aFileSystemForReadingCanBeLookedAtAndNotBeOpened() throws Exception {
        mount("size=8m", directory);
        try {
            open().close();
            assertTrue(run("mount", "-o", "remount,ro", directory.toString()));
            UncheckedIOException refusal = assertThrows(UncheckedIOException.class, this::open);
            assertTrue(refusal.getMessage().contains(PREFIX), refusal::toString);
            assertTrue(RegionCheck.of(directory, PREFIX).isClean());
        } finally {
            run("umount", directory.toString());
        }
    }

    private static void mount(String options, Path where) throws Exception {
        Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", options + ",mode=0755", "tmpfs", where.toString()),
                "mounting is not permitted");
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    @Test
    void whoeverHasADeletedOrRenamedRegionOpenGoesOnWithTheOthers() throws Exception {
        for (boolean delete : new boolean[] {true, false}) {
            try (SharedMemoryLayer one = open();
                    SharedMemoryLayer other = open()) {
                one.send("before", new byte[1]);
                remove(region(), delete);
                one.send("after", new byte[2]);
                assertEquals(1, other.receive("before").bytes().length);
                assertEquals(2, other.receive("after").bytes().length);
                ResourceProbe.use(one);
                try (SharedMemoryLayer newcomer = open()) {
                    one.send("old", new byte[1]);
                    newcomer.send("new", new byte[2]);
                    assertNull(newcomer.tryReceive("old"));
                    assertNull(other.tryReceive("new"));
                    assertEquals(1, other.receive("old").bytes().length);
                    assertEquals(2, newcomer.receive("new").bytes().length);
                    ResourceProbe.use(newcomer);
                }
            }
            SharedMemoryLayer.delete(directory, PREFIX);
        }
    }

    private void remove(Path region, boolean delete) throws IOException {
        if (delete) {
            Files.delete(region);
        } else {
            Files.move(region, directory.resolve("elsewhere"));
        }
    }

    private Path region() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(PREFIX + "@region"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Everybody is interrupted all the time, in whatever he does, and does again what he was interrupted in. */
    @Test
    void interruptsLoseNothingAndCloseNothing() throws Exception {
        try (SharedMemoryLayer layer = open();
                SharedMemoryLayer other = open()) {
            BitSet received = new BitSet();
            AtomicInteger next = new AtomicInteger();
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger interrupted = new AtomicInteger();
            List<Background<Integer>> all = new ArrayList<>();
            for (SharedMemoryLayer sending : List.of(layer, other)) {
                all.add(Background.start(() -> sendNumbers(sending, next, interrupted)));
                all.add(Background.startVirtual(() -> receiveNumbers(sending, received, over, interrupted)));
                all.add(Background.start(() -> doEverything(sending, over)));
            }
            while (!isComplete(received)) {
                all.forEach(Background::interrupt);
                Thread.onSpinWait();
                all.stream().filter(Background::isDone).forEach(ResourcesTest::requireNoFailure);
            }
            over.set(true);
            for (Background<Integer> one : all) {
                one.result();
            }
            assertTrue(interrupted.get() > 0);
            layer.clear();
            ResourceProbe.use(layer);
            ResourceProbe.use(other);
        }
        assertEquals(List.of(), RegionCheck.of(directory, PREFIX).damage());
    }

    private static void requireNoFailure(Background<Integer> done) {
        try {
            done.result();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isComplete(BitSet received) {
        synchronized (received) {
            return received.cardinality() == NUMBERS;
        }
    }

    private static int sendNumbers(SharedMemoryLayer layer, AtomicInteger next, AtomicInteger interrupted) {
        int number = next.getAndIncrement();
        while (number < NUMBERS) {
            try {
                layer.sender("numbers").send(Stamp.payload(Stamp.of(0, number)), Duration.ofMinutes(1));
                number = next.getAndIncrement();
            } catch (InterruptedException e) {
                interrupted.incrementAndGet(); // it was not sent
            }
        }
        return number;
    }

    private static int receiveNumbers(
            SharedMemoryLayer layer, BitSet received, AtomicBoolean over, AtomicInteger interrupted) {
        int count = 0;
        while (!over.get()) {
            try {
                Message message = layer.receive(Duration.ofMillis(20), "numbers");
                if (message != null) {
                    note(received, Stamp.sequence(Stamp.read(message.bytes())));
                    count++;
                }
            } catch (InterruptedException e) {
                interrupted.incrementAndGet(); // it was not received
            }
        }
        return count;
    }

    private static void note(BitSet received, int number) {
        synchronized (received) {
            assertFalse(received.get(number), () -> number + " came twice");
            received.set(number);
        }
    }

    private int doEverything(SharedMemoryLayer layer, AtomicBoolean over) {
        int rounds = 0;
        for (; !over.get(); rounds++) {
            layer.group("storm").add("member");
            layer.group("storm").send(new byte[2_000]);
            layer.receiver("member").drain((channel, payload) -> {}, 10);
            layer.receiver("nothing").receiveAsync().cancel(true);
            assertTrue(layer.statistics().participants() >= 2);
            open().close();
        }
        return rounds;
    }
}

package dev.towpath.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests how regions come to be, outlive their processes, and end. */
class RegionLifeTest {

    private static final String PREFIX = "life";
    private static final int CAPACITY = 50;

    @TempDir
    private Path directory;

    private SharedMemoryLayer open() {
        return Peer.open(directory, PREFIX, CAPACITY);
    }

    private PeerJvm start(String part, Object... arguments) {
        List<Object> all = new ArrayList<>(List.of(part, directory, PREFIX, CAPACITY));
        all.addAll(List.of(arguments));
        return PeerJvm.start(Peer.class, all.toArray());
    }

    @Test
    void processesThatStartTogetherMeetInOneRegion() {
        List<PeerJvm> peers = new ArrayList<>();
        try {
            for (int i = 0; i < 5; i++) {
                peers.add(start("fill"));
            }
            peers.forEach(peer -> peer.expect("ready"));
            int taken = 0;
            for (PeerJvm peer : peers) {
                peer.say("one");
                taken += Integer.parseInt(peer.readLine());
            }
            assertEquals(CAPACITY, taken);
            try (SharedMemoryLayer layer = open()) {
                assertEquals(6, layer.statistics().participants());
                assertEquals(CAPACITY, layer.statistics("one").messagesPending());
            }
        } finally {
            peers.forEach(PeerJvm::close);
        }
    }

    @Test
    void messagesAndMembersWaitForWhoComesLater() {
        try (PeerJvm peer = start("fill")) {
            peer.expect("ready");
            peer.say("later");
            assertEquals(CAPACITY, Integer.parseInt(peer.readLine()));
            peer.say("stop");
            peer.expect("done");
            peer.expectEnd();
        }
        try (SharedMemoryLayer layer = open()) {
            for (int i = 0; i < CAPACITY; i++) {
                assertEquals(
                        i, Stamp.sequence(Stamp.read(layer.tryReceive("later").bytes())));
            }
            layer.group("room").add("member");
        }
        try (SharedMemoryLayer layer = open()) {
            assertEquals(1, layer.group("room").send(new byte[1]).delivered());
            assertNotNull(layer.tryReceive("member"));
            assertEquals(100, layer.statistics().channelFullCount());
        }
    }

    @Test
    void whoWantsOtherSizesGetsThoseOfTheRegionAndAWarning() {
        List<String> warnings = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                warnings.add(entry.getLevel() + " " + entry.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(SharedMemoryLayer.class.getName());
        logger.addHandler(handler);
        try (SharedMemoryLayer layer = open();
                SharedMemoryLayer same = open()) {
            assertEquals(List.of(), warnings);
            try (SharedMemoryLayer other = SharedMemoryLayer.builder(PREFIX)
                    .directory(directory)
                    .messageMemory(64 << 20)
                    .groupMemory(128 << 10)
                    .open()) {
                assertEquals(1, warnings.size(), warnings::toString);
                assertTrue(warnings.getFirst().startsWith("WARNING"), warnings::toString);
                assertEquals(8 << 20, other.statistics().messageMemory().totalBytes());
                assertEquals(256 << 10, other.statistics().groupMemory().totalBytes());
                layer.send("one", new byte[1_000]);
                assertNotNull(other.tryReceive("one"));
                assertNull(same.tryReceive("one"));
            }
        } finally {
            logger.removeHandler(handler);
        }
    }

    @Test
    void aRegionIsNotRemovedWhileAnybodyHasItOpen() throws IOException {
        try (PeerJvm peer = start("idle")) {
            peer.expect("ready");
            try (SharedMemoryLayer layer = open()) {
                assertThrows(IllegalStateException.class, () -> SharedMemoryLayer.delete(directory, PREFIX));
                layer.send("one", new byte[1]);
            }
            assertThrows(IllegalStateException.class, () -> SharedMemoryLayer.delete(directory, PREFIX));
            peer.say("stop");
            peer.expect("done");
            peer.expectEnd();
        }
        SharedMemoryLayer.delete(directory, PREFIX);
        assertEquals(List.of(), files(directory));
        SharedMemoryLayer.delete(directory, PREFIX);
        try (SharedMemoryLayer layer = open()) {
            assertNull(layer.tryReceive("one"));
        }
    }

    @Test
    void aRegionWhoseProcessWasKilledCanBeRemovedAtOnce() throws IOException {
        try (PeerJvm peer = start("idle")) {
            peer.expect("ready");
        }
        SharedMemoryLayer.delete(directory, PREFIX);
        assertEquals(List.of(), files(directory));
    }

    @Test
    void theDefaultsDoNotFitIntoTheSharedMemoryOfAContainer() throws Exception {
        Path tiny = Files.createDirectory(directory.resolve("tiny"));
        Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=64m,mode=1777", "tmpfs", tiny.toString()),
                "mounting is not permitted");
        try {
            long free = Files.getFileStore(tiny).getUsableSpace();
            SharedMemoryLayer.Builder defaults =
                    SharedMemoryLayer.builder(PREFIX).directory(tiny);
            RegionSpaceException refused = assertThrows(RegionSpaceException.class, defaults::open);
            assertTrue(refused.needBytes() >= 120 << 20, refused::getMessage);
            assertTrue(refused.freeBytes() <= 64 << 20, refused::getMessage);
            String message = refused.getMessage();
            assertTrue(message.contains(Long.toString(refused.needBytes())), message);
            assertTrue(message.contains(Long.toString(refused.freeBytes())), message);
            assertTrue(message.contains("--shm-size"), message);
            assertTrue(
                    files(tiny).stream().noneMatch(name -> name.contains("region") || name.contains("new-")),
                    () -> "left behind: " + tiny);
            assertTrue(Files.getFileStore(tiny).getUsableSpace() >= free - (64 << 10));
            try (SharedMemoryLayer fitting =
                    defaults.messageMemory(50 << 20).groupMemory(4 << 20).open()) {
                fitting.send("one", new byte[1 << 20]);
                assertNotNull(fitting.tryReceive("one"));
            }
        } finally {
            run("umount", tiny.toString());
        }
    }

    private static boolean run(String... command) throws Exception {
        return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    }

    private static List<String> files(Path base) throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> all = Files.walk(base)) {
            all.filter(path -> !Files.isDirectory(path))
                    .forEach(path -> names.add(path.getFileName().toString()));
        }
        return names;
    }
}

package dev.towpath.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.Background;
import dev.towpath.Message;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests layers that share a region, a process or a directory: closing one never hurts another. */
class RegionSharersTest {

    private static final String PREFIX = "sharers";
    private static final int CAPACITY = 50;

    @TempDir
    private Path directory;

    private SharedMemoryLayer open(String prefix) {
        return Peer.open(directory, prefix, CAPACITY);
    }

    /** A layer of a copy of the library with a class loader of its own. */
    private final class Copy implements AutoCloseable {
        private final URLClassLoader loader;
        private final AutoCloseable layer;
        private final Class<?> type;

        Copy() throws Exception {
            List<URL> urls = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
                urls.add(Path.of(entry).toUri().toURL());
            }
            loader = new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
            var open = loader.loadClass(Peer.class.getName())
                    .getDeclaredMethod("open", Path.class, String.class, int.class);
            open.setAccessible(true);
            layer = (AutoCloseable) open.invoke(null, directory, PREFIX, CAPACITY);
            type = loader.loadClass("dev.towpath.ChannelLayer");
        }

        void send(String channel, byte[] payload) throws ReflectiveOperationException {
            type.getMethod("send", String.class, byte[].class).invoke(layer, channel, payload);
        }

        boolean tryReceive(String channel) throws ReflectiveOperationException {
            return type.getMethod("tryReceive", String[].class).invoke(layer, (Object) new String[] {channel}) != null;
        }

        byte[] receive(String channel) throws ReflectiveOperationException {
            Object message = type.getMethod("receive", String[].class).invoke(layer, (Object) new String[] {channel});
            return (byte[]) message.getClass().getMethod("bytes").invoke(message);
        }

        @Override
        public void close() throws IOException {
            try {
                layer.close();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            loader.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void copiesOfTheLibraryInOneProcessDoNotHurtEachOther(boolean withAnotherProcess) throws Exception {
        try (SharedMemoryLayer layer = open(PREFIX);
                PeerJvm peer = withAnotherProcess
                        ? PeerJvm.start(Peer.class, "idle", directory, PREFIX, CAPACITY)
                        : PeerJvm.run(List.of("-version"))) {
            int others = withAnotherProcess ? 1 : 0;
            if (withAnotherProcess) {
                peer.expect("ready");
            }
            for (int round = 0; round < 2; round++) {
                try (Copy copy = new Copy();
                        Copy another = new Copy()) {
                    assertEquals(3 + others, layer.statistics().participants());
                    copy.send("one", new byte[300]);
                    assertTrue(another.tryReceive("one"));
                    another.send("two", new byte[3]);
                    assertNotNull(layer.tryReceive("two"));
                }
                assertEquals(1 + others, layer.statistics().participants());
                outlivesTheProbesOfOthers(layer, 1 + others);
            }
        }
    }

    /** Other processes look who is dead: whose lock was lost by mistake would be taken for one. */
    private void outlivesTheProbesOfOthers(SharedMemoryLayer layer, int participants) {
        try (PeerJvm newcomer = PeerJvm.start(Peer.class, "idle", directory, PREFIX, CAPACITY)) {
            newcomer.expect("ready");
            assertEquals(participants + 1, layer.statistics().participants());
            newcomer.say("stop");
            newcomer.expect("done");
            newcomer.expectEnd();
        }
        List<String> check = List.of("-cp", System.getProperty("java.class.path"), RegionCheck.class.getName());
        try (PeerJvm other = PeerJvm.run(check, "--directory", directory, PREFIX)) {
            List<String> seen = other.readToEnd().stream()
                    .filter(line -> line.strip().startsWith("slot "))
                    .toList();
            assertEquals(participants, seen.size(), () -> String.join("\n", seen));
            assertTrue(seen.stream().allMatch(line -> line.contains(" alive")), () -> String.join("\n", seen));
        }
        assertEquals(participants, layer.statistics().participants());
        assertThrows(IllegalStateException.class, () -> SharedMemoryLayer.delete(directory, PREFIX));
    }

    @Test
    void aCopyThatOutlivesTheOthersKeepsItsPlace() throws Exception {
        SharedMemoryLayer first = open(PREFIX);
        try (Copy copy = new Copy()) {
            first.close();
            try (SharedMemoryLayer second = open(PREFIX)) {
                outlivesTheProbesOfOthers(second, 2);
            }
            copy.send("one", new byte[1]);
            assertTrue(copy.tryReceive("one"));
        }
        SharedMemoryLayer.delete(directory, PREFIX);
    }

    @Test
    void copiesOfTheLibraryWakeEachOther() throws Exception {
        try (SharedMemoryLayer layer = open(PREFIX);
                Copy copy = new Copy()) {
            Background<Boolean> echo = Background.startVirtual(() -> {
                for (int i = 0; i < 1_000; i++) {
                    copy.send("pong", copy.receive("ping"));
                }
                return true;
            });
            for (int i = 0; i < 1_000; i++) {
                layer.send("ping", new byte[i]);
                assertEquals(i, layer.receive("pong").bytes().length);
            }
            assertTrue(echo.result());
        }
    }

    @Test
    void aCopyThatIsClosedTellsWhoWaitsInIt() throws Exception {
        try (SharedMemoryLayer layer = open(PREFIX)) {
            Copy copy = new Copy();
            Background<byte[]> waiting = Background.startVirtual(() -> copy.receive("one"));
            waiting.awaitWaiting();
            Background<Message> waitingHere = Background.startVirtual(() -> layer.receive("one"));
            waitingHere.awaitWaiting();
            copy.close();
            InvocationTargetException failure = (InvocationTargetException) waiting.failure();
            assertEquals(IllegalStateException.class, failure.getCause().getClass());
            layer.send("one", new byte[7]);
            assertEquals(7, waitingHere.result().bytes().length);
        }
    }

    @Test
    void layersOnOnePrefixInOneProcessCloseOneByOne() {
        List<SharedMemoryLayer> layers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            layers.add(open(PREFIX));
        }
        for (int i = 0; i < 19; i++) {
            layers.get(i).send("one", new byte[i]);
            layers.get(i).close();
            layers.get(i).close();
            assertEquals(19 - i, layers.getLast().statistics().participants());
            assertEquals(i, layers.getLast().tryReceive("one").bytes().length);
        }
        layers.getLast().close();
        SharedMemoryLayer.delete(directory, PREFIX);
    }

    @Test
    void prefixesThatResembleEachOtherHaveNothingInCommon() {
        List<String> prefixes = List.of("a", "A", "a.", "a.b", "aa", "a-", "a_1");
        List<SharedMemoryLayer> layers = prefixes.stream().map(this::open).toList();
        for (int i = 0; i < layers.size(); i++) {
            layers.get(i).send("one", new byte[i]);
            layers.get(i).group("room").add("one");
        }
        for (int i = 0; i < layers.size(); i++) {
            assertEquals(1, layers.get(i).statistics().participants());
            assertEquals(i, layers.get(i).tryReceive("one").bytes().length);
            assertNull(layers.get(i).tryReceive("one"));
            layers.get(i).close();
            SharedMemoryLayer.delete(directory, prefixes.get(i));
        }
    }

    @Test
    void aRegionHoldsItsMostParticipantsAndSaysWhenThereAreTooMany() {
        List<SharedMemoryLayer> layers = new ArrayList<>();
        try {
            for (int i = 0; i < 256; i++) {
                layers.add(open(PREFIX));
            }
            IllegalStateException refused = assertThrows(IllegalStateException.class, () -> open(PREFIX));
            assertTrue(refused.getMessage().contains("256"), refused.getMessage());
            for (int i = 0; i < 256; i++) {
                layers.get(i).send("one", new byte[i]);
                assertEquals(i, layers.get(255 - i).tryReceive("one").bytes().length);
            }
        } finally {
            layers.forEach(SharedMemoryLayer::close);
        }
        try (SharedMemoryLayer layer = open(PREFIX)) {
            assertEquals(1, layer.statistics().participants());
        }
    }
}

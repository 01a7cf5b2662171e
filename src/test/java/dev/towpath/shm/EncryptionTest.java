package dev.towpath.shm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.GroupSend;
import dev.towpath.Message;
import dev.towpath.MessageTooLargeException;
import dev.towpath.Receiver;
import dev.towpath.UnreadableMessageException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptionTest {
    private static final String OLD = "an old key that is not shorter than 32 bytes";
    private static final String NEW = "a new key that is not shorter than 32 bytes";
    private static final byte[] SECRET = "attack at dawn".getBytes(StandardCharsets.US_ASCII);

    private final List<SharedMemoryLayer> opened = new ArrayList<>();

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        opened.forEach(SharedMemoryLayer::close);
    }

    private SharedMemoryLayer open(String... keys) {
        SharedMemoryLayer layer = builder(keys).open();
        opened.add(layer);
        return layer;
    }

    private SharedMemoryLayer.Builder builder(String... keys) {
        return SharedMemoryLayer.builder("encrypted")
                .directory(directory)
                .messageMemory(16 << 20)
                .groupMemory(1 << 20)
                .encryptionKeys(List.of(keys));
    }

    @Test
    void thePayloadIsNowhereInTheRegion() throws IOException {
        SharedMemoryLayer plain = open();
        SharedMemoryLayer encrypted = open(NEW);
        encrypted.send("one", SECRET);
        encrypted.send("one!x", Map.of("order", "attack at dawn"));
        encrypted.group("room").add("two");
        encrypted.group("room").send(SECRET);
        assertFalse(regionContains("attack at dawn"));
        assertTrue(regionContains("room"));
        plain.send("one", SECRET);
        assertTrue(regionContains("attack at dawn"));
    }

    private boolean regionContains(String text) throws IOException {
        boolean found = false;
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file :
                    files.filter(file -> file.toFile().length() > 1 << 20).toList()) {
                found |= Files.readString(file, StandardCharsets.ISO_8859_1).contains(text);
            }
        }
        return found;
    }

    @Test
    void keysAreReplacedByGivingBoth() {
        SharedMemoryLayer before = open(OLD);
        SharedMemoryLayer during = open(NEW, OLD);
        SharedMemoryLayer after = open(NEW);
        before.send("one", SECRET);
        during.send("one", SECRET);
        assertArrayEquals(SECRET, received(during.tryReceive("one")));
        assertArrayEquals(SECRET, received(after.tryReceive("one")));
    }

    @Test
    void withAnotherKeyAMessageIsReceivedWithItsBytes() {
        SharedMemoryLayer sender = open(NEW);
        sender.send("one!x", SECRET);
        SharedMemoryLayer stranger = open(OLD);
        UnreadableMessageException unreadable =
                assertThrows(UnreadableMessageException.class, () -> stranger.tryReceive("one!"));
        assertEquals("one!x", unreadable.channel());
        assertNull(sender.tryReceive("one!"));

        open().send("one!x", unreadable.bytes());
        assertArrayEquals(SECRET, received(sender.tryReceive("one!")));
    }

    @Test
    void everyWayToReceiveSaysThatAMessageDoesNotOpen() throws InterruptedException {
        SharedMemoryLayer sender = open(NEW);
        Receiver stranger = open(OLD).receiver("one");
        sender.send("one", SECRET);
        assertThrows(UnreadableMessageException.class, stranger::receive);
        sender.send("one", SECRET);
        assertThrows(UnreadableMessageException.class, () -> stranger.receive(Duration.ofSeconds(1)));
        sender.send("one", SECRET);
        assertInstanceOf(UnreadableMessageException.class, failure(stranger.receiveAsync()));
        CompletableFuture<Message> waiting = stranger.receiveAsync();
        sender.send("one", SECRET);
        assertInstanceOf(UnreadableMessageException.class, failure(waiting));
        sender.send("one", SECRET);
        assertThrows(UnreadableMessageException.class, () -> stranger.drain((channel, payload) -> {}, 9));
        assertNull(stranger.tryReceive());
    }

    private static Throwable failure(CompletableFuture<Message> future) throws InterruptedException {
        return assertThrows(ExecutionException.class, future::get).getCause();
    }

    @Test
    void whatWasNotEncryptedDoesNotPassForIt() {
        SharedMemoryLayer plain = open();
        SharedMemoryLayer encrypted = open(NEW);
        for (int length = 0; length < 200; length++) {
            byte[] payload = new byte[length];
            if (length > 0) {
                payload[0] = (byte) (length * 7);
            }
            plain.send("one", payload);
            UnreadableMessageException unreadable =
                    assertThrows(UnreadableMessageException.class, () -> encrypted.tryReceive("one"));
            assertArrayEquals(payload, unreadable.bytes());
        }
        encrypted.send("one", Map.of("a", 1));
        assertThrows(
                UnreadableMessageException.class, () -> plain.tryReceive("one").map());
    }

    @Test
    void aMessageDoesNotOpenInAnotherChannel() {
        for (List<String> move : List.of(
                List.of("one", "two"),
                List.of("one!x", "one!y"),
                List.of("one!x", "two!x"),
                List.of("one?x", "one?y"),
                List.of("one", "one!"))) {
            SharedMemoryLayer encrypted = open(NEW);
            encrypted.send(move.getFirst(), SECRET);
            move(move.getFirst(), move.getLast());
            assertThrows(
                    UnreadableMessageException.class,
                    () -> encrypted.tryReceive(queue(move.getLast())),
                    () -> "moved " + move);
        }
    }

    @Test
    void aMessageDoesNotOpenUnderAnotherPrefix() {
        SharedMemoryLayer.Builder elsewhere = SharedMemoryLayer.builder("elsewhere")
                .directory(directory)
                .messageMemory(1 << 20)
                .groupMemory(1 << 20);
        open(NEW).send("one", SECRET);
        byte[] bytes = received(open().tryReceive("one"));
        try (SharedMemoryLayer plain = elsewhere.open();
                SharedMemoryLayer encrypted =
                        elsewhere.encryptionKeys(List.of(NEW)).open()) {
            plain.send("one", bytes);
            assertThrows(UnreadableMessageException.class, () -> encrypted.tryReceive("one"));
        }
    }

    @Test
    void aMessageToAGroupOpensWhereverItIsAndKeepsItsGroup() {
        SharedMemoryLayer encrypted = open(NEW);
        encrypted.group("room").add("one");
        encrypted.group("room").send(SECRET);
        move("one", "two");
        assertArrayEquals(SECRET, received(encrypted.tryReceive("two")));

        encrypted.group("room").send(SECRET);
        byte[] bytes = received(open().tryReceive("one"));
        assertEquals("room", new String(bytes, 1, bytes[0], StandardCharsets.US_ASCII));
        bytes[1] = 'R';
        open().send("one", bytes);
        assertThrows(UnreadableMessageException.class, () -> encrypted.tryReceive("one"));
    }

    private void move(String from, String to) {
        SharedMemoryLayer plain = open();
        plain.send(to, received(plain.tryReceive(queue(from))));
    }

    private static String queue(String channel) {
        return channel.substring(0, channel.indexOf('!') + 1) + (channel.contains("!") ? "" : channel);
    }

    @Test
    void groupsOfAnySizeGetLongAndShortMessages() {
        SharedMemoryLayer layer = open(NEW);
        int members = 130;
        for (int i = 0; i < members; i++) {
            layer.group("room").add("socket" + i + "!x");
        }
        for (int length : List.of(0, 1, 200, 300, 100_000)) {
            byte[] payload = new byte[length];
            assertEquals(new GroupSend(members, 0), layer.group("room").send(MemorySegment.ofArray(payload)));
            for (int i = 0; i < members; i++) {
                assertArrayEquals(payload, received(layer.tryReceive("socket" + i + "!")));
            }
        }
    }

    @Test
    void theLongestMessageIsCountedBeforeItIsEncrypted() {
        try (SharedMemoryLayer layer = builder(NEW).maxMessageSize(1000).open()) {
            String group = "g".repeat(99);
            String channel = "c".repeat(99);
            layer.group(group).add(channel);
            assertEquals(new GroupSend(1, 0), layer.group(group).send(new byte[1000]));
            layer.send(channel, new byte[1000]);
            assertEquals(1, layer.sender(channel).sendAll(List.of(new byte[1000])));
            MessageTooLargeException tooLarge =
                    assertThrows(MessageTooLargeException.class, () -> layer.send(channel, new byte[1001]));
            assertEquals(1001, tooLarge.length());
            assertEquals(1000, tooLarge.limit());
            assertThrows(
                    MessageTooLargeException.class, () -> layer.group(group).send(new byte[1001]));
            List<byte[]> mixed = List.of(new byte[1000], new byte[1001]);
            assertThrows(
                    MessageTooLargeException.class, () -> layer.sender(channel).sendAll(mixed));
            assertThrows(MessageTooLargeException.class, () -> layer.sender(channel)
                    .send(MemorySegment.ofArray(new byte[1001])));
            assertEquals(3, layer.statistics(channel).messagesPending());
        }
    }

    @Test
    void theLongestMessageOfAllFits() {
        int longest = (16 << 20) - 396;
        SharedMemoryLayer.Builder builder = builder(NEW).messageMemory(64 << 20).maxMessageSize(longest);
        try (SharedMemoryLayer layer = builder.open()) {
            String channel = "c".repeat(98) + "!";
            String group = "g".repeat(99);
            layer.group(group).add(channel);
            assertEquals(new GroupSend(1, 0), layer.group(group).send(new byte[longest]));
            assertEquals(longest, received(layer.tryReceive(channel)).length);
        }
        assertThrows(IllegalArgumentException.class, builder.maxMessageSize(longest + 1)::open);
    }

    @Test
    void whatADrainLeavesOverIsDecryptedLater() {
        SharedMemoryLayer layer = open(NEW);
        assertEquals(3, layer.sender("one").sendAll(List.of(new byte[] {1}, new byte[] {2}, new byte[] {3})));
        Receiver receiver = layer.receiver("one");
        assertThrows(
                ArithmeticException.class,
                () -> receiver.drain(
                        (channel, payload) -> {
                            throw new ArithmeticException();
                        },
                        3));
        assertArrayEquals(new byte[] {2}, received(receiver.tryReceive()));
        assertEquals(1, receiver.drain((channel, payload) -> assertEquals(1, payload.byteSize()), 9));
    }

    private static byte[] received(Message message) {
        assertNotNull(message);
        return message.bytes();
    }
}

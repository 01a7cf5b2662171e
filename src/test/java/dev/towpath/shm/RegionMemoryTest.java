package dev.towpath.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.Background;
import dev.towpath.ChannelFullException;
import dev.towpath.GroupFullException;
import dev.towpath.Message;
import dev.towpath.MessageTooLargeException;
import dev.towpath.Sender;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that memory is refused only when it is used up, and always comes back. */
class RegionMemoryTest {

    private static final int SMALLEST = 128 << 10;
    private static final int MIB = 1 << 20;

    @TempDir
    private Path directory;

    private SharedMemoryLayer.Builder region(int messageMemory) {
        return SharedMemoryLayer.builder("memory")
                .directory(directory)
                .messageMemory(messageMemory)
                .groupMemory(4 << 10)
                .capacity(Integer.MAX_VALUE);
    }

    /** Sends until the memory is used up. */
    private static int fill(SharedMemoryLayer layer, String channel, int length) {
        Sender sender = layer.sender(channel);
        for (int i = 0; ; i++) {
            if (!sender.trySend(Stamp.payload(Stamp.of(1, i), length))) {
                ChannelFullException full =
                        assertThrows(ChannelFullException.class, () -> sender.send(new byte[length]));
                assertTrue(full.memoryFull());
                assertEquals(i, layer.statistics(channel).messagesPending());
                return i;
            }
        }
    }

    private static void drain(SharedMemoryLayer layer, String channel, int count, int length) {
        for (int i = 0; i < count; i++) {
            Message message = layer.tryReceive(channel);
            assertNotNull(message);
            assertEquals(length, message.bytes().length);
            assertEquals(Stamp.of(1, i), Stamp.read(message.bytes()));
        }
        assertNull(layer.tryReceive(channel));
    }

    @ParameterizedTest
    @ValueSource(ints = {SMALLEST, MIB, 4 * MIB})
    void theSameNumberOfMessagesFitsInEveryRoundWhateverWasThereBefore(int messageMemory) {
        try (SharedMemoryLayer layer = region(messageMemory).open()) {
            int largest = Math.min(MIB, messageMemory / 4);
            int[] lengths = {8, largest, 1_000, 256, 257, Math.min(70_000, 2 * largest - 512), 8, largest};
            int[] fits = new int[lengths.length];
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < lengths.length; i++) {
                    int count = fill(layer, "fill", lengths[i]);
                    drain(layer, "fill", count, lengths[i]);
                    int before = round == 0 ? count : fits[i];
                    assertEquals(before, count, "of length " + lengths[i] + " in round " + round);
                    fits[i] = count;
                }
            }
            assertEquals(fits[0], fits[6]);
            assertEquals(fits[1], fits[7]);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {SMALLEST, MIB})
    void aMessageThatFillsTheWholeMemoryIsSentAndALongerOneIsTooLarge(int messageMemory) {
        try (SharedMemoryLayer layer =
                region(messageMemory).maxMessageSize(2 * MIB).open()) {
            for (int round = 0; round < 2; round++) {
                assertExactLimit(layer, "fill", messageMemory);
                assertExactLimit(layer, "fill!for.one", messageMemory);
                layer.group("room").add("member!");
                layer.group("room").add("member!of.the.same");
                MessageTooLargeException toGroup =
                        assertThrows(MessageTooLargeException.class, () -> layer.group("room")
                                .send(new byte[messageMemory]));
                assertEquals(
                        1, layer.group("room").send(new byte[toGroup.limit()]).delivered());
                layer.clear();
            }
        }
    }

    private static void assertExactLimit(SharedMemoryLayer layer, String channel, int messageMemory) {
        byte[] longer = new byte[messageMemory];
        MessageTooLargeException tooLarge =
                assertThrows(MessageTooLargeException.class, () -> layer.send(channel, longer));
        assertTrue(tooLarge.getMessage().contains("message memory of " + messageMemory + " bytes"));
        assertTrue(tooLarge.getMessage().endsWith("more messageMemory"), tooLarge::getMessage);
        byte[] longest = new byte[tooLarge.limit()];
        byte[] tooLong = new byte[tooLarge.limit() + 1];
        Sender sender = layer.sender(channel);
        assertThrows(MessageTooLargeException.class, () -> sender.trySend(tooLong));
        assertThrows(MessageTooLargeException.class, () -> sender.trySend(MemorySegment.ofArray(tooLong)));
        assertThrows(MessageTooLargeException.class, () -> sender.send(tooLong, Peer.LONG));
        assertThrows(MessageTooLargeException.class, () -> sender.sendAll(List.of(new byte[1], tooLong)));
        sender.send(longest);
        assertFalse(sender.trySend(longest), "there will be room when the first one is received");
        Message message = layer.tryReceive(channel.replaceFirst("!.*", "!"));
        assertNotNull(message);
        assertEquals(longest.length, message.bytes().length);
        layer.clear();
    }

    @Test
    void theSmallestRegionHoldsASlabOfMessages() {
        try (SharedMemoryLayer layer = region(SMALLEST).open()) {
            assertEquals(255, fill(layer, "fill", 200)); // and the dummy of the channel
            assertEquals(SMALLEST, layer.statistics().messageMemory().totalBytes());
            assertTrue(layer.statistics().messageMemory().usedBytes() <= SMALLEST);
        }
    }

    @Test
    void theSmallestGroupMemoryTakesAndRefusesAndTakesAgain() {
        try (SharedMemoryLayer layer = region(SMALLEST).open()) {
            Set<Integer> counts = new HashSet<>();
            for (int round = 0; round < 5; round++) {
                List<String> added = new ArrayList<>();
                GroupFullException full = assertThrows(GroupFullException.class, () -> addUntilFull(layer, added));
                assertEquals("room", full.group());
                assertFalse(added.isEmpty());
                assertEquals(Set.copyOf(added), layer.group("room").channels());
                counts.add(added.size());
                added.forEach(member -> layer.group("room").discard(member));
                assertEquals(0, layer.group("room").size());
                fill(layer, "still", 100); // messages have a memory of their own
                layer.clear();
            }
            assertEquals(1, counts.size(), counts::toString);
        }
    }

    private static void addUntilFull(SharedMemoryLayer layer, List<String> added) {
        while (true) {
            String member = "member." + added.size();
            layer.group("room").add(member);
            added.add(member);
        }
    }

    @Test
    void aFullMemoryRefusesNewChannelsTooAndTakesThemWhenThereIsRoom() {
        try (SharedMemoryLayer layer = region(SMALLEST).open()) {
            int count = fill(layer, "fill", 8);
            assertFalse(layer.trySend("another", new byte[1]));
            assertNotNull(layer.tryReceive("fill"));
            assertNotNull(layer.tryReceive("fill"));
            assertTrue(layer.trySend("another", new byte[1]));
            assertEquals(count - 2, layer.statistics("fill").messagesPending());
        }
    }

    @Test
    void aMillionReplyChannelsGoThroughASmallRegion() {
        try (SharedMemoryLayer layer = region(MIB).open()) {
            for (int i = 0; i < 1_000_000; i++) {
                String reply = "reply?" + Integer.toString(i, 36);
                layer.send(reply, new byte[20]);
                assertNotNull(layer.tryReceive(reply));
            }
            assertEquals(1_000_000, layer.statistics().messagesCount());
            assertEquals(0, layer.statistics().channelFullCount());
        }
    }

    @Test
    void manyAnswersThatWereWaitedForGoThroughASmallRegion() throws InterruptedException {
        try (SharedMemoryLayer layer = region(MIB).open();
                SharedMemoryLayer other = region(MIB).open()) {
            for (int i = 0; i < 5_000; i++) {
                String reply = layer.newChannel("reply?");
                Thread answer = Thread.ofVirtual().start(() -> other.send(reply, new byte[20]));
                assertNotNull(layer.receive(Peer.LONG, reply));
                answer.join();
                assertNull(layer.receive(Duration.ofNanos(1_000), layer.newChannel("unanswered?")));
            }
            assertEquals(0, layer.statistics().channelFullCount());
        }
    }

    @Test
    void ordinaryChannelsThatAreEmptyMakeRoomForOthers() {
        try (SharedMemoryLayer layer = region(SMALLEST).open()) {
            for (int i = 0; i < 20_000; i++) {
                layer.send("once." + i, new byte[20]);
                assertNotNull(layer.tryReceive("once." + i));
            }
        }
    }

    @Test
    void whatExpiresGivesItsMemoryBackThoughNobodyTouchesTheChannel() {
        try (SharedMemoryLayer layer =
                region(MIB).expiry(Duration.ofMillis(200)).open()) {
            for (int i = 0; i < 20; i++) {
                layer.send("forgotten." + i, new byte[10_000]);
            }
            assertTrue(layer.statistics().messageMemory().usedBytes() > 20 * 10_000);
            Background.await(() -> layer.statistics().messageMemory().usedBytes() == 0);
            assertEquals(0, layer.statistics().channels());
            assertEquals(20, layer.statistics().expiredCount());
            assertEquals(20, layer.statistics().messagesCount());
        }
    }
}

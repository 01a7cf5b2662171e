package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Says how many messages may wait, and what happens when there is no room. */
public interface CapacityConformance extends LayerUnderTest {
    /** Sends until there is no room, and says how many messages were sent. */
    private static int fill(ChannelLayer layer, String channel, byte[] payload) {
        int sent = 0;
        while (layer.trySend(channel, payload)) {
            sent++;
        }
        return sent;
    }

    /**
     * Makes what has no room where no more of some payload had: as much again, or more where a server may get memory
     * back meanwhile from what it does for others.
     */
    private byte[] noLessThan(byte[] payload) {
        return differs(Difference.ONE_MEMORY) ? new byte[payload.length + 200_000] : payload;
    }

    /** Allows for the little that a layer may keep for an empty channel, and for what else a server needs. */
    private void assertAllMemoryCameBack(ChannelLayer layer, String channel, byte[] payload, int before) {
        int kept = differs(Difference.ONE_MEMORY) ? 1 + before / 4 : 1;
        assertMeasured(() -> {
            layer.receiver(channel).drain((name, bytes) -> {}, Integer.MAX_VALUE);
            return fill(layer, channel, payload) >= before - kept;
        });
    }

    @Test
    default void aHundredMessagesFitByDefaultAndOneMoreDoesNot() {
        ChannelLayer layer = open();
        assertEquals(100, fill(layer, "a", new byte[1]));
        ChannelFullException full =
                assertThrows(ChannelFullException.class, () -> layer.send("a", Map.of("k", "one more")));
        assertEquals("a", full.channel());
        assertEquals(100, full.capacity());
        assertFalse(full.memoryFull());
    }

    @Test
    default void capacitySendsSucceedAndOneMoreFails() {
        ChannelLayer layer = open(options -> options.capacity(3));
        Sender sender = layer.sender("a");
        for (int i = 0; i < 3; i++) {
            sender.send(Map.of());
        }
        assertThrows(ChannelFullException.class, () -> sender.send(Map.of()));
        assertThrows(ChannelFullException.class, () -> sender.send(new byte[1]));
        assertFalse(sender.trySend(Map.of()));
        assertNotNull(layer.tryReceive("a"));
        sender.send(Map.of());
        assertThrows(ChannelFullException.class, () -> sender.send(Map.of()));
    }

    @Test
    default void aCapacityOfOneIsExact() {
        ChannelLayer layer = open(options -> options.capacity(1));
        for (int i = 0; i < 300; i++) {
            assertEquals(1, fill(layer, "a", new byte[i]));
            assertEquals(i, layer.tryReceive("a").bytes().length);
            assertNull(layer.tryReceive("a"));
        }
    }

    @Test
    default void capacityIsSharedByAllLocalPartsOfOneName() {
        ChannelLayer layer = open(options -> options.capacity(2));
        layer.send("a!x", new byte[1]);
        layer.send("a!y", new byte[1]);
        for (String channel : List.of("a!x", "a!y", "a!z", "a!")) {
            ChannelFullException full =
                    assertThrows(ChannelFullException.class, () -> layer.send(channel, new byte[1]));
            assertEquals(channel, full.channel());
        }
        layer.send("a", new byte[1]);
        layer.send("a?x", new byte[1]);
        layer.send("b!x", new byte[1]);
        assertNotNull(layer.tryReceive("a!"));
        layer.send("a!z", new byte[1]);
    }

    @Test
    default void capacityIsCountedForEachSingleReaderChannel() {
        ChannelLayer layer = open(options -> options.capacity(1));
        layer.send("a?x", new byte[1]);
        layer.send("a?y", new byte[1]);
        assertFalse(layer.trySend("a?x", new byte[1]));
    }

    @Test
    default void rulesAreTriedInOrderOnTheFullName() {
        ChannelLayer layer = open(options -> options.capacity(5)
                .capacity("http.request", 4)
                .capacity("http.response!*", 3)
                .capacity(Pattern.compile("^websocket\\.send!.+"), 2)
                .capacity("*", 1));
        assertEquals(4, fill(layer, "http.request", new byte[1]));
        assertEquals(3, fill(layer, "http.response!x", new byte[1]));
        assertEquals(2, fill(layer, "websocket.send!x", new byte[1]));
        assertEquals(1, fill(layer, "other", new byte[1]));
        assertEquals(2, layer.statistics("websocket.send!x").capacity());
        assertEquals(1, layer.statistics("websocket.send!").capacity());
    }

    @Test
    default void messagesOfOneQueueCountTogetherWhateverTheirRules() {
        ChannelLayer layer = open(options -> options.capacity(5).capacity("a!small", 2));
        assertEquals(5, fill(layer, "a!large", new byte[1]));
        assertEquals(0, fill(layer, "a!small", new byte[1]));
        if (differs(Difference.SETTINGS_OF_THE_QUEUE)) {
            assertNotNull(layer.tryReceive("a!"));
            assertEquals(1, fill(layer, "a!small", new byte[1]));
            return;
        }
        for (int i = 0; i < 3; i++) {
            assertNotNull(layer.tryReceive("a!"));
        }
        assertFalse(layer.trySend("a!small", new byte[1]));
        assertNotNull(layer.tryReceive("a!"));
        assertTrue(layer.trySend("a!small", new byte[1]));
        assertEquals(3, fill(layer, "a!large", new byte[1]));
    }

    @Test
    default void everyLayerAppliesItsOwnRules() {
        ChannelLayer small = open(options -> options.capacity(1));
        ChannelLayer large = open(options -> options.capacity(3));
        assertEquals(1, fill(small, "a", new byte[1]));
        assertEquals(differs(Difference.SETTINGS_OF_THE_QUEUE) ? 0 : 2, fill(large, "a", new byte[1]));
        assertFalse(small.trySend("a", new byte[1]));
        assertEquals(3, large.statistics("a").capacity());
    }

    @Test
    default void expiredMessagesAreDroppedBeforeAChannelIsCalledFull() {
        ChannelLayer layer = open(options -> options.capacity(2).expiry(Duration.ofSeconds(10)));
        inTime(Duration.ofSeconds(14), () -> {
            layer.clear();
            layer.send("a", new byte[1]);
            advance(Duration.ofSeconds(6));
            layer.send("a", new byte[2]);
            assertFalse(layer.trySend("a", new byte[3]));
            advance(Duration.ofSeconds(5));
            assertTrue(layer.trySend("a", new byte[3]));
            assertFalse(layer.trySend("a", new byte[4]));
            assertEquals(2, layer.tryReceive("a").bytes().length);
            assertEquals(3, layer.tryReceive("a").bytes().length);
        });
    }

    @Test
    default void expiredMessagesAreDroppedBeforeABatchIsCutShort() {
        ChannelLayer layer = open(options -> options.capacity(3).expiry(Duration.ofSeconds(10)));
        layer.send("a", new byte[1]);
        advance(Duration.ofSeconds(11));
        awaitExpiry(layer, "a");
        assertEquals(3, layer.sender("a").sendAll(Collections.nCopies(4, new byte[2])));
        for (int i = 0; i < 3; i++) {
            assertEquals(2, layer.tryReceive("a").bytes().length);
        }
    }

    @Test
    default void aRefusedMessageLeavesNothing() {
        ChannelLayer layer = open(options -> options.capacity(1));
        layer.send("a", new byte[1]);
        int refusals = differs(Difference.REAL_TIME) ? 500 : 10_000; // where each is a question to a broker
        for (int i = 0; i < refusals; i++) {
            assertFalse(layer.trySend("a", new byte[2000]));
        }
        assertEquals(1, layer.tryReceive("a").bytes().length);
        assertNull(layer.tryReceive("a"));
        assertEquals(1, layer.statistics().messagesCount());
    }

    /** Says of a layer that does not know how much memory there is that it does not say so, and goes on taking. */
    private void assertTakesWithoutKnowingTheMemory(ChannelLayer layer) {
        for (int i = 0; i < 500; i++) {
            layer.send("a", new byte[10_000]);
        }
        assertEquals(new MemoryUse(0, 0), layer.statistics().messageMemory());
        assertEquals(new MemoryUse(0, 0), layer.statistics().groupMemory());
        assertEquals(500, layer.receiver("a").drain((channel, bytes) -> {}, Integer.MAX_VALUE));
    }

    @Test
    default void usedUpMemoryIsToldFromAFullChannelAndStoresNothing() {
        ChannelLayer layer = open(options -> options.capacity(Integer.MAX_VALUE), Extra.LITTLE_MEMORY);
        if (differs(Difference.MEMORY_AND_AGES_UNKNOWN)) {
            assertTakesWithoutKnowingTheMemory(layer);
            return;
        }
        byte[] payload = new byte[10_000];
        int fitting = fill(layer, "a", payload);
        byte[] more = noLessThan(payload);
        ChannelFullException full = assertThrows(ChannelFullException.class, () -> layer.send("b", more));
        assertEquals("b", full.channel());
        assertEquals(Integer.MAX_VALUE, full.capacity());
        assertTrue(full.memoryFull());
        if (differs(Difference.MEMORY_OF_EACH_SERVER)) {
            assertTrue(Stream.of("c", "e", "l").anyMatch(other -> layer.trySend(other, payload)));
        }
        assertNull(layer.tryReceive("b"));
        assertEquals(fitting, layer.statistics("a").messagesPending());
        assertEquals(fitting, layer.receiver("a").drain((channel, bytes) -> {}, Integer.MAX_VALUE));
        assertAllMemoryCameBack(layer, "b", payload, fitting);
    }

    @Test
    default void memoryThatWasFullOfSmallMessagesTakesLargeOnesLater() {
        ChannelLayer layer = open(options -> options.capacity(Integer.MAX_VALUE), Extra.LITTLE_MEMORY);
        if (differs(Difference.MEMORY_AND_AGES_UNKNOWN)) {
            assertTakesWithoutKnowingTheMemory(layer);
            return;
        }
        byte[] large = new byte[200_000];
        int largeOnes = fill(layer, "large", large);
        assertTrue(largeOnes > 0);
        assertEquals(largeOnes, layer.receiver("large").drain((channel, bytes) -> {}, Integer.MAX_VALUE));
        int smallOnes = fill(layer, "small", new byte[10]);
        assertFalse(layer.trySend("large", large));
        assertEquals(smallOnes, layer.receiver("small").drain((channel, bytes) -> {}, Integer.MAX_VALUE));
        assertAllMemoryCameBack(layer, "large", large, largeOnes);
    }

    @Test
    default void aSenderMayWaitForMemory() throws Exception {
        ChannelLayer layer = open(options -> options.capacity(Integer.MAX_VALUE), Extra.LITTLE_MEMORY);
        if (differs(Difference.MEMORY_AND_AGES_UNKNOWN)) {
            assertTakesWithoutKnowingTheMemory(layer);
            return;
        }
        byte[] filling = new byte[50_000];
        int fitting = fill(layer, "a", filling);
        byte[] payload = noLessThan(filling);
        assertThrows(ChannelFullException.class, () -> layer.sender("b").send(payload, WaitingConformance.SHORT));
        var sending = Background.start(() -> {
            layer.sender("b").send(payload, WaitingConformance.LONG);
            return true;
        });
        sending.awaitWaiting();
        assertEquals(fitting, layer.receiver("a").drain((channel, bytes) -> {}, Integer.MAX_VALUE));
        assertTrue(sending.result());
        assertEquals(payload.length, layer.tryReceive("b").bytes().length);
    }

    @Test
    default void messagesAndGroupsDoNotStarveEachOther() {
        ChannelLayer layer = open(options -> options.capacity(Integer.MAX_VALUE), Extra.LITTLE_MEMORY);
        if (differs(Difference.MEMORY_AND_AGES_UNKNOWN)) {
            layer.group("g").add("a");
            assertTakesWithoutKnowingTheMemory(layer);
            return;
        }
        fill(layer, "a", new byte[10_000]);
        fill(layer, "a", new byte[1]);
        if (differs(Difference.ONE_MEMORY)) {
            AtomicInteger added = new AtomicInteger();
            assertThrows(GroupFullException.class, () -> {
                for (int i = 0; ; i++) {
                    layer.group("g").add("member!" + i);
                    added.incrementAndGet();
                }
            });
            assertEquals(added.get(), layer.group("g").size());
            return;
        }
        layer.group("g").add("a");
        assertEquals(1, layer.group("g").size());
        assertEquals(new GroupSend(0, 1), layer.group("g").send(new byte[10_000]));
        layer.clear();
        GroupFullException full = assertThrows(GroupFullException.class, () -> {
            for (int i = 0; ; i++) {
                layer.group("g" + i % 100).add("member!" + i);
            }
        });
        assertTrue(full.channel().startsWith("member!"), full.channel());
        assertFalse(layer.group(full.group()).channels().contains(full.channel()));
        layer.send("a", new byte[10_000]);
        assertNotNull(layer.tryReceive("a"));
        String member = layer.group("g0").channels().iterator().next();
        layer.group("g0").discard(member);
        layer.group("g0").add(member);
    }
}

package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Says what is counted, and what clearing leaves. */
public interface StatisticsConformance extends LayerUnderTest {
    @Test
    default void aNewLayerHasCountedNothing() {
        LayerStatistics statistics = open().statistics();
        assertEquals(0, statistics.messagesCount());
        assertEquals(0, statistics.messagesPending());
        assertEquals(Duration.ZERO, statistics.messagesMaxAge());
        assertEquals(0, statistics.channelFullCount());
        assertEquals(0, statistics.expiredCount());
        assertEquals(0, statistics.groupFullCount());
        assertEquals(0, statistics.groups());
        assertEquals(0, statistics.memberships());
        assertTrue(statistics.participants() >= 1);
    }

    @Test
    default void aChannelNobodyKnowsHasNothingButACapacity() {
        ChannelLayer layer = open(options -> options.capacity("known*", 7));
        assertEquals(new ChannelStatistics(0, 0, Duration.ZERO, 0, 7), layer.statistics("known!x"));
        assertEquals(new ChannelStatistics(0, 0, Duration.ZERO, 0, 100), layer.statistics("other"));
    }

    @Test
    default void messagesAreCountedWhenAcceptedAndWhileTheyWait() {
        ChannelLayer layer = open();
        layer.send("a", new byte[1]);
        layer.sender("a").sendAll(List.of(new byte[1], new byte[1]));
        layer.send("b!x", new byte[1]);
        layer.send("b!y", new byte[1]);
        assertNotNull(layer.tryReceive("a"));
        assertEquals(3, layer.statistics("a").messagesCount());
        assertEquals(2, layer.statistics("a").messagesPending());
        assertEquals(2, layer.statistics("b!").messagesPending());
        assertEquals(2, layer.statistics("b!z").messagesCount());
        assertEquals(5, layer.statistics().messagesCount());
        assertEquals(4, layer.statistics().messagesPending());
        assertEquals(2, layer.receiver("a").drain((channel, payload) -> {}, 10));
        assertEquals(5, layer.statistics().messagesCount());
        assertEquals(2, layer.statistics().messagesPending());
    }

    @Test
    default void theAgeIsThatOfTheOldestMessageThatWaits() {
        ChannelLayer layer = open(options -> options.expiry(Duration.ofSeconds(100)));
        layer.send("a", new byte[1]);
        if (differs(Difference.MEMORY_AND_AGES_UNKNOWN)) {
            advance(Duration.ofSeconds(1));
            assertEquals(Duration.ZERO, layer.statistics("a").messagesMaxAge());
            assertEquals(Duration.ZERO, layer.statistics().messagesMaxAge());
            return;
        }
        advance(Duration.ofSeconds(20));
        layer.send("a", new byte[1]);
        layer.send("b", new byte[1]);
        advance(Duration.ofSeconds(10));
        assertAge(30, layer.statistics("a").messagesMaxAge());
        assertAge(10, layer.statistics("b").messagesMaxAge());
        assertAge(30, layer.statistics().messagesMaxAge());
        assertNotNull(layer.tryReceive("a"));
        assertAge(10, layer.statistics("a").messagesMaxAge());
        assertAge(10, layer.statistics().messagesMaxAge());
        assertNotNull(layer.tryReceive("a"));
        assertNotNull(layer.tryReceive("b"));
        assertEquals(Duration.ZERO, layer.statistics().messagesMaxAge());
        assertEquals(Duration.ZERO, layer.statistics("a").messagesMaxAge());
    }

    private static void assertAge(long seconds, Duration age) {
        assertEquals(seconds, age.toSeconds());
    }

    @Test
    default void expiredMessagesDoNotWaitAndAreCounted() {
        ChannelLayer layer = open(options -> options.expiry(Duration.ofSeconds(10)));
        layer.send("a", new byte[1]);
        layer.send("a", new byte[1]);
        layer.send("b", new byte[1]);
        advance(Duration.ofSeconds(11));
        awaitExpiry(layer, "a");
        assertNull(layer.tryReceive("a"));
        int counted = differs(Difference.UNSEEN_EXPIRY_NOT_COUNTED) ? 0 : 3;
        Background.await(() -> layer.statistics().expiredCount() == counted);
        Background.await(() -> layer.statistics("b").messagesPending() == 0);
        assertEquals(0, layer.statistics().messagesPending());
        assertEquals(Duration.ZERO, layer.statistics().messagesMaxAge());
        assertEquals(3, layer.statistics().messagesCount());
    }

    @Test
    default void everyRefusalOfASenderIsCountedOnce() {
        ChannelLayer layer = open(options -> options.capacity(2));
        Sender sender = layer.sender("a");
        assertEquals(2, sender.sendAll(List.of(new byte[1], new byte[1], new byte[1], new byte[1])));
        assertEquals(1, layer.statistics("a").channelFullCount());
        assertFalse(sender.trySend(new byte[1]));
        assertThrows(ChannelFullException.class, () -> sender.send(new byte[1]));
        assertThrows(ChannelFullException.class, () -> sender.send(new byte[1], WaitingConformance.SHORT));
        assertEquals(0, sender.sendAll(List.of(new byte[1])));
        assertEquals(5, layer.statistics("a").channelFullCount());
        assertEquals(5, layer.statistics().channelFullCount());
        assertEquals(0, layer.statistics().groupFullCount());
        assertEquals(2, layer.statistics().messagesCount());
    }

    @Test
    default void membersThatWereFullAreCountedApart() {
        ChannelLayer layer = open(options -> options.capacity(1));
        layer.group("g").add("a");
        layer.group("g").add("b");
        for (int i = 0; i < 3; i++) {
            layer.group("g").send(new byte[1]);
        }
        LayerStatistics statistics = layer.statistics();
        boolean byMessage = differs(Difference.OWN_GROUP_MEMBERS);
        assertEquals(byMessage ? 1 : 2, statistics.messagesCount());
        assertEquals(byMessage ? 2 : 4, statistics.groupFullCount());
        assertEquals(0, statistics.channelFullCount());
        assertEquals(0, layer.statistics("a").channelFullCount());
    }

    @Test
    default void groupsAndMembershipsAreCounted() {
        ChannelLayer layer = open();
        layer.group("g").add("a");
        layer.group("g").add("b");
        layer.group("h").add("a");
        assertEquals(2, layer.statistics().groups());
        assertEquals(3, layer.statistics().memberships());
        layer.group("h").discard("a");
        assertEquals(1, layer.statistics().groups());
        assertEquals(2, layer.statistics().memberships());
    }

    @Test
    default void channelsInUseAreCounted() {
        ChannelLayer layer = open();
        for (int i = 0; i < 5; i++) {
            layer.send("c" + i, new byte[1]);
        }
        layer.send("p!x", new byte[1]);
        layer.send("p!y", new byte[1]);
        assertEquals(6, layer.statistics().channels());
    }

    @Test
    default void memoryIsCountedAndComesBack() {
        ChannelLayer layer = open();
        MemoryUse before = layer.statistics().messageMemory();
        assertTrue(before.usedBytes() >= 0);
        for (int i = 0; i < 50; i++) {
            layer.send("a", new byte[1000]);
        }
        MemoryUse full = layer.statistics().messageMemory();
        if (differs(Difference.MEMORY_AND_AGES_UNKNOWN)) {
            assertEquals(new MemoryUse(0, 0), full);
            return;
        }
        assertEquals(before.totalBytes(), full.totalBytes());
        assertEquals(full.totalBytes(), full.usedBytes() + full.freeBytes());
        layer.receiver("a").drain((channel, payload) -> {}, 50);
        assertMeasured(() -> {
            long empty = layer.statistics().messageMemory().usedBytes();
            for (int i = 0; i < 50; i++) {
                layer.send("a", new byte[1000]);
            }
            long used = layer.statistics().messageMemory().usedBytes();
            layer.receiver("a").drain((channel, payload) -> {}, 50);
            long left = layer.statistics().messageMemory().usedBytes();
            return used >= empty + 50_000 && left < empty + 25_000;
        });
    }

    @Test
    default void groupMemoryIsCountedAndComesBack() {
        ChannelLayer layer = open();
        if (differs(Difference.MEMORY_AND_AGES_UNKNOWN)) {
            layer.group("g").add("a");
            assertEquals(new MemoryUse(0, 0), layer.statistics().groupMemory());
            return;
        }
        String member = "m".repeat(80);
        int kept = differs(Difference.ONE_MEMORY) ? 4_000 : 0;
        assertMeasured(() -> {
            long empty = layer.statistics().groupMemory().usedBytes();
            for (int i = 0; i < 1000; i++) {
                layer.group("g").add(member + i);
            }
            long used = layer.statistics().groupMemory().usedBytes();
            for (int i = 0; i < 1000; i++) {
                layer.group("g").discard(member + i);
            }
            BooleanSupplier isBack = () -> {
                advance(Duration.ofSeconds(1));
                return layer.statistics().groupMemory().usedBytes() <= empty + kept;
            };
            if (!differs(Difference.ONE_MEMORY)) {
                Background.await(isBack); // who keeps house gives it back soon
            }
            return used >= empty + 80_000 && isBack.getAsBoolean();
        });
    }

    @Test
    default void countsAreSharedAndOutliveTheLayerThatCounted() {
        ChannelLayer one = open(options -> options.capacity(2));
        ChannelLayer other = open();
        one.send("a", new byte[1]);
        one.send("a", new byte[1]);
        assertFalse(one.trySend("a", new byte[1]));
        one.group("g").add("a");
        one.group("g").send(new byte[1]);
        if (differs(Difference.OWN_COUNTS)) {
            assertEquals(2, one.statistics().messagesCount());
            assertEquals(1, one.statistics().channelFullCount());
            assertEquals(0, other.statistics().messagesCount());
            assertEquals(2, other.statistics("a").messagesPending());
            return;
        }
        one.close();
        assertEquals(2, other.statistics().messagesCount());
        assertEquals(1, other.statistics().channelFullCount());
        assertEquals(1, other.statistics().groupFullCount());
        assertEquals(1, other.statistics("a").channelFullCount());
    }

    @Test
    default void messagesAndGroupsAreGoneAfterClearing() {
        ChannelLayer layer = open();
        ChannelLayer other = open();
        layer.send("a", new byte[1]);
        layer.send("p!x", new byte[1]);
        layer.group("g").add("a");
        other.clear();
        if (differs(Difference.CLEARING_TAKES_TIME)) {
            Background.await(() -> layer.statistics().groups() == 0);
            Background.await(() -> layer.statistics().messagesPending() == 0);
        }
        assertNull(layer.tryReceive("a", "p!"));
        assertEquals(Set.of(), layer.group("g").channels());
        assertEquals(new GroupSend(0, 0), layer.group("g").send(new byte[1]));
        LayerStatistics statistics = layer.statistics();
        assertEquals(0, statistics.messagesPending());
        assertEquals(0, statistics.groups());
        assertEquals(0, statistics.memberships());
        assertEquals(2, statistics.messagesCount());
    }

    @Test
    default void handlesGoOnWorkingAfterClearing() {
        ChannelLayer layer = open(options -> options.capacity(1));
        Sender sender = layer.sender("a");
        Receiver receiver = layer.receiver("a");
        Group group = layer.group("g");
        for (int i = 0; i < 5; i++) {
            sender.send(new byte[1]);
            group.add("a");
            layer.clear();
            assertNull(receiver.tryReceive());
            sender.send(new byte[2]);
            assertEquals(2, receiver.tryReceive().bytes().length);
            group.add("a");
            assertEquals(new GroupSend(1, 0), group.send(new byte[3]));
            assertEquals(3, receiver.tryReceive().bytes().length);
        }
    }

    @Test
    default void clearingGivesTheMemoryBack() {
        int most = differs(Difference.MEMORY_AND_AGES_UNKNOWN) ? 100 : Integer.MAX_VALUE;
        ChannelLayer layer = open(options -> options.capacity(Integer.MAX_VALUE), Extra.LITTLE_MEMORY);
        byte[] payload = new byte[5_000];
        for (int round = 0; round < 5; round++) {
            int sent = 0;
            while (sent < most && layer.trySend("a" + sent % 7, payload)) {
                sent++;
            }
            assertTrue(sent > 20, "only " + sent + " messages fit");
            layer.clear();
            assertEquals(0, layer.statistics().messagesPending());
        }
    }
}

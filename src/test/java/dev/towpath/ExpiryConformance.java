package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Says when messages and memberships end. */
public interface ExpiryConformance extends LayerUnderTest {
    Duration TEN_SECONDS = Duration.ofSeconds(10);
    Duration ELEVEN_SECONDS = Duration.ofSeconds(11);
    Duration NINE_SECONDS = Duration.ofSeconds(9);

    private ChannelLayer openWithTenSeconds() {
        return open(options -> options.expiry(TEN_SECONDS).groupExpiry(TEN_SECONDS));
    }

    @Test
    default void aMessageIsGoneAfterItsExpiry() {
        ChannelLayer layer = openWithTenSeconds();
        layer.send("a", new byte[1]);
        layer.send("b!x", new byte[1]);
        advance(ELEVEN_SECONDS);
        awaitExpiry(layer, "a");
        awaitExpiry(layer, "b!x");
        assertNull(layer.tryReceive("a", "b!"));
        assertEquals(0, layer.receiver("a", "b!").drain((channel, payload) -> {}, 10));
    }

    @Test
    default void aMessageIsThereUntilItsExpiry() {
        ChannelLayer layer = openWithTenSeconds();
        inTime(TEN_SECONDS, () -> {
            layer.send("a", new byte[1]);
            advance(NINE_SECONDS);
            assertNotNull(layer.tryReceive("a"));
        });
    }

    @Test
    default void theDefaultIsAMinute() {
        // Where time cannot be moved, nobody waits for a minute, and the builder's own test looks at the default.
        ChannelLayer layer =
                differs(Difference.REAL_TIME) ? open(options -> options.expiry(Duration.ofMinutes(1))) : open();
        inTime(Duration.ofSeconds(60), () -> {
            layer.clear();
            layer.send("a", new byte[1]);
            layer.send("a", new byte[2]);
            advance(Duration.ofSeconds(59));
            assertEquals(1, layer.tryReceive("a").bytes().length);
        });
        advance(Duration.ofSeconds(2));
        awaitExpiry(layer, "a");
        assertNull(layer.tryReceive("a"));
    }

    @Test
    default void everyMessageExpiresInItsOwnTime() {
        ChannelLayer layer = openWithTenSeconds();
        inTime(Duration.ofSeconds(22), () -> {
            layer.clear();
            for (int i = 0; i < 10; i++) {
                layer.send("a", new byte[i]);
                advance(Duration.ofSeconds(2));
            }
            for (int i = 6; i < 10; i++) {
                assertEquals(i, layer.tryReceive("a").bytes().length);
            }
            assertNull(layer.tryReceive("a"));
        });
    }

    @Test
    default void aMessageSentAfterOthersExpiredIsReceivedAtOnce() {
        ChannelLayer layer = openWithTenSeconds();
        layer.send("a", new byte[1]);
        layer.send("a", new byte[2]);
        advance(ELEVEN_SECONDS);
        awaitExpiry(layer, "a");
        layer.send("a", new byte[3]);
        assertEquals(3, layer.tryReceive("a").bytes().length);
    }

    @Test
    default void amongTheMembersOfAGroupAMessageExpiresForThoseWhoDoNotReadIt() {
        ChannelLayer layer = open(options -> options.expiry(TEN_SECONDS));
        inTime(Duration.ofSeconds(20), () -> {
            layer.clear();
            layer.group("g").add("reads");
            layer.group("g").add("sleeps");
            layer.group("g").send(new byte[1]);
            assertEquals(1, layer.tryReceive("reads").bytes().length);
            advance(ELEVEN_SECONDS);
            awaitExpiry(layer, "sleeps");
            layer.group("g").send(new byte[2]);
            for (String member : List.of("reads", "sleeps")) {
                assertEquals(2, layer.tryReceive(member).bytes().length);
                assertNull(layer.tryReceive(member));
            }
        });
    }

    /** Says how many of so many expired messages are counted, if nobody has looked at their channels. */
    private int unlessUnseen(int expired) {
        return differs(Difference.UNSEEN_EXPIRY_NOT_COUNTED) ? 0 : expired;
    }

    @Test
    default void nobodyNeedsToComeForAMessageToExpire() {
        ChannelLayer layer = open(options -> options.expiry(TEN_SECONDS).capacity(1000), Extra.LITTLE_MEMORY);
        expireTwentyUnseen(layer, 20);
        if (differs(Difference.MEMORY_AND_AGES_UNKNOWN)) {
            return;
        }
        // What else a server needs for this, it has since the first time.
        long used = expireTwentyUnseen(layer, 40);
        Background.await(() -> used(layer) <= used - 300_000);
    }

    private static void sendToTwenty(ChannelLayer layer) {
        for (int i = 0; i < 20; i++) {
            layer.send("idle?" + i, new byte[20_000]);
        }
    }

    private static long used(ChannelLayer layer) {
        return layer.statistics().messageMemory().usedBytes();
    }

    /** Has messages to twenty channels expire, the last of so many, and says how much is used while they wait. */
    private long expireTwentyUnseen(ChannelLayer layer, int expired) {
        if (differs(Difference.MEMORY_AND_AGES_UNKNOWN)) {
            sendToTwenty(layer);
        } else {
            assertMeasured(() -> {
                for (int i = 0; i < 20; i++) {
                    layer.tryReceive("idle?" + i); // of a measurement before
                }
                long before = used(layer);
                sendToTwenty(layer);
                return used(layer) >= before + 400_000;
            });
        }
        long used = used(layer);
        advance(ELEVEN_SECONDS);
        Background.await(() -> layer.statistics().messagesPending() == 0);
        Background.await(() -> layer.statistics().expiredCount() == unlessUnseen(expired));
        return used;
    }

    @Test
    default void expiryBelongsToTheLayerThatSends() {
        ChannelLayer brief = openWithTenSeconds();
        ChannelLayer patient = open(options -> options.expiry(Duration.ofSeconds(100)));
        brief.send("brief", new byte[1]);
        patient.send("patient", new byte[1]);
        advance(ELEVEN_SECONDS);
        awaitExpiry(patient, "brief");
        assertNull(patient.tryReceive("brief"));
        assertEquals(differs(Difference.EXPIRY_OF_THE_READER), brief.tryReceive("patient") == null);
    }

    @Test
    default void aWaitingReceiverGetsWhatIsSentAfterTimeHasPassed() throws Exception {
        ChannelLayer layer = openWithTenSeconds();
        var receiving = Background.start(() -> layer.receive("a")).awaitWaiting();
        CompletableFuture<Message> future = layer.receiver("b").receiveAsync();
        advance(Duration.ofDays(1));
        layer.send("a", new byte[1]);
        layer.send("b", new byte[1]);
        assertNotNull(receiving.result());
        assertNotNull(future.get());
    }

    @Test
    default void theShortestAndTheLongestTimesWork() {
        ChannelLayer layer = open(options -> options.expiry(Duration.ofNanos(1)).groupExpiry(Duration.ofNanos(1)));
        layer.send("a", new byte[1]);
        layer.group("g").add("a");
        advance(Duration.ofMillis(5));
        awaitExpiry(layer, "a");
        assertNull(layer.tryReceive("a"));
        assertEquals(0, layer.group("g").size());
        ChannelLayer patient = open(
                options -> options.expiry(Duration.ofDays(1_000_000)).groupExpiry(Duration.ofSeconds(Long.MAX_VALUE)));
        String other = differs(Difference.SETTINGS_OF_THE_QUEUE) ? "b" : "a";
        patient.send(other, new byte[1]);
        patient.group("g").add("a");
        advance(Duration.ofDays(30_000));
        assertNotNull(patient.tryReceive(other));
        assertEquals(1, patient.group("g").size());
    }

    @Test
    default void afterTheGroupExpiryAGroupReachesNobody() {
        ChannelLayer layer = openWithTenSeconds();
        Group group = layer.group("g");
        group.add("a");
        advance(ELEVEN_SECONDS);
        assertEquals(new GroupSend(0, 0), group.send(new byte[1]));
        assertEquals(Set.of(), group.channels());
        assertEquals(0, group.size());
        assertNull(layer.tryReceive("a"));
    }

    @Test
    default void addingAgainStartsTheGroupExpiryAnew() {
        ChannelLayer layer = openWithTenSeconds();
        Group group = layer.group("g");
        inTime(Duration.ofSeconds(19), () -> {
            group.add("a");
            group.add("b");
            advance(NINE_SECONDS);
            group.add("a");
            advance(NINE_SECONDS);
            assertEquals(Set.of("a"), group.channels());
            assertEquals(new GroupSend(1, 0), group.send(new byte[1]));
        });
    }

    @Test
    default void aMembershipThatEndedMayStartAgain() {
        ChannelLayer layer = openWithTenSeconds();
        Group group = layer.group("g");
        group.add("a");
        advance(ELEVEN_SECONDS);
        group.discard("a");
        group.add("a");
        assertEquals(Set.of("a"), group.channels());
    }

    @Test
    default void membersStayWhenTheirMessagesExpire() {
        ChannelLayer layer = open(options -> options.expiry(TEN_SECONDS));
        layer.group("g").add("a");
        layer.group("g").send(new byte[1]);
        advance(ELEVEN_SECONDS);
        awaitExpiry(layer, "a");
        assertNull(layer.tryReceive("a"));
        Background.await(() -> layer.statistics().expiredCount() == unlessUnseen(1));
        assertEquals(Set.of("a"), layer.group("g").channels());
    }

    @Test
    default void membersAreDroppedWhenTheirMessagesExpireIfThatWasAskedFor() {
        ChannelLayer layer = open(options -> options.expiry(TEN_SECONDS), Extra.EVICT_ON_EXPIRY);
        Set<String> members = Set.of("gone", "read", "idle", "p!gone", "p!idle");
        for (String group : List.of("g", "h")) {
            members.forEach(layer.group(group)::add);
        }
        layer.send("gone", new byte[1]);
        layer.send("p!gone", new byte[1]);
        layer.send("read", new byte[1]);
        assertNotNull(layer.tryReceive("read"));
        advance(ELEVEN_SECONDS);
        Background.await(() -> layer.statistics().messagesPending() == 0);
        Set<String> staying = differs(Difference.NO_EVICTION) ? members : Set.of("read", "idle", "p!idle");
        for (String group : List.of("g", "h")) {
            Background.await(() -> layer.group(group).channels().equals(staying));
        }
    }
}

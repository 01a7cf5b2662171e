package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Says which names and arguments are accepted, and which names are made up. */
public interface NamesConformance extends LayerUnderTest {
    private static void assertRefused(String value, Executable call) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.contains(value), message);
    }

    private static void assertNullRefused(String parameter, Executable call) {
        assertEquals(parameter, assertThrows(NullPointerException.class, call).getMessage());
    }

    @Test
    default void newChannelsHaveOneMarkThatIsNotAtTheirEndAndWork() throws InterruptedException {
        ChannelLayer layer = open();
        String name = layer.newChannel("t.foo?");
        String owner = differs(Difference.OWNER_IN_NAMES) ? "[A-Za-z]{12}\\." : "";
        assertTrue(name.matches("t\\.foo\\?" + owner + "[A-Za-z]{12,}"), name);
        layer.send(name, Map.of("k", 1));
        Message message = layer.receive(name);
        assertEquals(name, message.channel());
    }

    @Test
    default void newChannelsAreAllDifferent() {
        ChannelLayer one = open();
        ChannelLayer other = open();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            names.add(one.newChannel("r?"));
            names.add(other.newChannel("r?"));
        }
        assertEquals(2000, names.size());
    }

    @Test
    default void newChannelsTakePatternsThatEndInAQuestionMarkOnly() {
        ChannelLayer layer = open();
        for (String pattern : List.of("t!", "t.foo", "t?x", "", "?", "t ?", "x".repeat(90) + "?")) {
            assertRefused("\"" + pattern + "\"", () -> layer.newChannel(pattern));
        }
        int owner = differs(Difference.OWNER_IN_NAMES) ? 13 : 0;
        String longest = "x".repeat(Names.MAX_PATTERN_LENGTH - owner - 1) + "?";
        assertEquals(Names.MAX_LENGTH, layer.newChannel(longest).length());
        assertRefused("\"x" + longest + "\"", () -> layer.newChannel("x" + longest));
    }

    @Test
    default void newProcessChannelsOfOneLayerHaveOneReader() {
        ChannelLayer layer = open();
        String one = layer.newProcessChannel("specific");
        String other = layer.newProcessChannel("specific");
        boolean ownerFirst = differs(Difference.OWNER_IN_NAMES);
        String expected =
                ownerFirst ? "channels_[A-Za-z]{12}!specific\\.[A-Za-z]+" : "specific\\.[A-Za-z0-9]+![A-Za-z0-9]+";
        assertTrue(one.matches(expected), one);
        assertNotEquals(one, other);
        assertEquals(Names.queueOf(one), Names.queueOf(other));
        layer.send(one, new byte[0]);
        layer.send(other, new byte[0]);
        Receiver receiver = layer.receiver(Names.queueOf(one));
        assertEquals(one, receiver.tryReceive().channel());
        assertEquals(other, receiver.tryReceive().channel());
    }

    @Test
    default void newProcessChannelsOfTwoLayersHaveTwoReaders() {
        String one = open().newProcessChannel("specific");
        String other = open().newProcessChannel("specific");
        assertNotEquals(Names.queueOf(one), Names.queueOf(other));
    }

    @Test
    default void newProcessChannelsTakePlainPrefixesOnly() {
        ChannelLayer layer = open();
        for (String prefix : List.of("a!", "a?", "", "ü", "x".repeat(90))) {
            assertThrows(IllegalArgumentException.class, () -> layer.newProcessChannel(prefix));
        }
    }

    @Test
    default void namesThatAreNoChannelsAreRefusedEverywhere() {
        ChannelLayer layer = open();
        Group group = layer.group("g");
        for (String name : List.of("", "x?", "?x", "!x", "a b", "a/b", "a\n", "ü", "a!b!c", "n".repeat(100))) {
            assertThrows(IllegalArgumentException.class, () -> layer.sender(name));
            assertThrows(IllegalArgumentException.class, () -> layer.send(name, new byte[0]));
            assertThrows(IllegalArgumentException.class, () -> layer.trySend(name, Map.of()));
            assertThrows(IllegalArgumentException.class, () -> layer.receiver(name));
            assertThrows(IllegalArgumentException.class, () -> layer.receiver("good", name));
            assertThrows(IllegalArgumentException.class, () -> layer.receiver(List.of("good", name)));
            assertThrows(IllegalArgumentException.class, () -> layer.tryReceive(name));
            assertThrows(IllegalArgumentException.class, () -> layer.statistics(name));
            assertThrows(IllegalArgumentException.class, () -> group.add(name));
            assertThrows(IllegalArgumentException.class, () -> group.discard(name));
        }
        assertRefused("100 characters", () -> layer.sender("n".repeat(100)));
        assertEquals(0, group.size());
    }

    @Test
    default void receivingFromOneLocalPartIsRefused() {
        ChannelLayer layer = open();
        assertRefused("spr!c", () -> layer.receiver("spr!c"));
        assertRefused("spr!c", () -> layer.tryReceive("good", "spr!c"));
    }

    @Test
    default void receivingFromNoChannelIsRefused() {
        ChannelLayer layer = open();
        assertThrows(IllegalArgumentException.class, layer::receiver);
        assertThrows(IllegalArgumentException.class, () -> layer.receiver(List.of()));
        assertThrows(IllegalArgumentException.class, layer::tryReceive);
    }

    @Test
    default void namesThatAreNoGroupsAreRefused() {
        ChannelLayer layer = open();
        for (String name : List.of("", "g!", "g?", "g!x", "g x", "ü", "n".repeat(100))) {
            assertThrows(IllegalArgumentException.class, () -> layer.group(name));
        }
        assertNotNull(layer.group("n".repeat(99)));
    }

    @Test
    default void theLongestNamesWork() throws InterruptedException {
        ChannelLayer layer = open();
        for (String name : List.of("n".repeat(99), "n".repeat(49) + "?" + "m".repeat(49), "n".repeat(98) + "!")) {
            layer.group("g".repeat(99)).add(name);
            layer.send(name, new byte[0]);
            assertEquals(name, layer.receive(name).channel());
        }
        String local = "n".repeat(49) + "!" + "m".repeat(49);
        layer.send(local, new byte[0]);
        assertEquals(local, layer.receive("n".repeat(49) + "!").channel());
        assertEquals(3, layer.group("g".repeat(99)).channels().size());
    }

    @Test
    default void namesThatDifferInOneCharacterAreDifferent() {
        ChannelLayer layer = open();
        String stem = "n".repeat(98);
        layer.send(stem + "1", new byte[1]);
        layer.send(stem + "2", new byte[2]);
        layer.send(stem, new byte[3]);
        assertEquals(2, layer.tryReceive(stem + "2").bytes().length);
        assertEquals(3, layer.tryReceive(stem).bytes().length);
        assertEquals(1, layer.tryReceive(stem + "1").bytes().length);
    }

    @Test
    default void nullsAreRefusedWithTheNameOfTheParameter() {
        ChannelLayer layer = open();
        assertNullRefused("channel", () -> layer.sender(null));
        assertNullRefused("channels", () -> layer.receiver((String[]) null));
        assertNullRefused("channels", () -> layer.receiver((List<String>) null));
        assertNullRefused("channel", () -> layer.receiver("a", null));
        assertNullRefused("channel", () -> layer.receiver(Arrays.asList("a", null)));
        assertNullRefused("name", () -> layer.group(null));
        assertNullRefused("pattern", () -> layer.newChannel(null));
        assertNullRefused("prefix", () -> layer.newProcessChannel(null));
        assertNullRefused("channel", () -> layer.statistics(null));
        Group group = layer.group("g");
        assertNullRefused("channel", () -> group.add(null));
        assertNullRefused("channel", () -> group.discard(null));
        assertNullRefused("message", () -> group.send((Map<String, ?>) null));
        assertNullRefused("payload", () -> group.send((byte[]) null));
        assertNullRefused("payload", () -> group.send((MemorySegment) null));
    }

    @Test
    default void nullsAreRefusedBySendersAndReceiversToo() {
        ChannelLayer layer = open();
        Sender sender = layer.sender("a");
        assertNullRefused("message", () -> sender.send((Map<String, ?>) null));
        assertNullRefused("payload", () -> sender.send((byte[]) null));
        assertNullRefused("payload", () -> sender.send((MemorySegment) null));
        assertNullRefused("message", () -> sender.trySend((Map<String, ?>) null));
        assertNullRefused("payload", () -> sender.trySend((byte[]) null));
        assertNullRefused("payload", () -> sender.trySend((MemorySegment) null));
        assertNullRefused("message", () -> sender.send((Map<String, ?>) null, Duration.ZERO));
        assertNullRefused("payload", () -> sender.send((byte[]) null, Duration.ZERO));
        assertNullRefused("payload", () -> sender.send((MemorySegment) null, Duration.ZERO));
        assertNullRefused("timeout", () -> sender.send(Map.of(), null));
        assertNullRefused("timeout", () -> sender.send(new byte[1], null));
        assertNullRefused("timeout", () -> sender.send(MemorySegment.NULL, null));
        assertEquals(0, layer.statistics().messagesCount());
        sender.send(new byte[1]);
        Receiver receiver = layer.receiver("a");
        assertNullRefused("timeout", () -> receiver.receive(null));
        assertNullRefused("handler", () -> receiver.drain(null, 1));
        assertRefused("-1", () -> receiver.drain((channel, payload) -> {}, -1));
        assertNotNull(receiver.tryReceive());
    }
}

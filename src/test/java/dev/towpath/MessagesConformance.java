package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Says how messages are sent and received. */
public interface MessagesConformance extends LayerUnderTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Message message) {
        return new String(message.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    default void threeMessagesOnOneChannelAllArriveWithItsName() throws InterruptedException {
        ChannelLayer layer = open();
        for (String value : List.of("bar", "baz", "bam")) {
            layer.send("spr", Map.of("value", value));
        }
        for (String value : List.of("bar", "baz", "bam")) {
            Message message = layer.receive("spr");
            assertEquals("spr", message.channel());
            assertEquals(Map.of("value", value), message.map());
        }
        assertNull(layer.tryReceive("spr"));
    }

    @Test
    default void messagesOfOneChannelArriveInTheOrderOfSending() {
        ChannelLayer layer = open(options -> options.capacity(1000));
        Sender sender = layer.sender("fifo");
        for (int i = 0; i < 1000; i++) {
            sender.send(bytes("message " + i));
        }
        Receiver receiver = layer.receiver("fifo");
        for (int i = 0; i < 1000; i++) {
            assertEquals("message " + i, text(receiver.tryReceive()));
        }
    }

    @Test
    default void receivingFromAnEmptyAndAnotherChannelReturnsTheMessageOfTheOther() throws InterruptedException {
        ChannelLayer layer = open();
        layer.send("second", Map.of("value", "x"));
        Message message = layer.receive("first", "second");
        assertEquals("second", message.channel());
        assertEquals(Map.of("value", "x"), message.map());
        assertNull(layer.tryReceive("first", "second"));
    }

    @Test
    default void processLocalMessagesArriveUnderTheirPrefixWithTheirFullNames() {
        ChannelLayer layer = open();
        layer.send("spr!a", bytes("1"));
        layer.send("spr!b", bytes("2"));
        layer.send("spr!", bytes("3"));
        layer.send("spr", bytes("4"));
        Receiver receiver = layer.receiver("spr!");
        for (String channel : List.of("spr!a", "spr!b", "spr!")) {
            assertEquals(channel, receiver.tryReceive().channel());
        }
        assertNull(receiver.tryReceive());
        assertEquals("4", text(layer.tryReceive("spr")));
    }

    @Test
    default void singleReaderChannelsAreQueuesOfTheirOwn() {
        ChannelLayer layer = open();
        layer.send("spr?a", bytes("1"));
        layer.send("spr?b", bytes("2"));
        assertEquals("spr?b", layer.tryReceive("spr?b").channel());
        assertNull(layer.tryReceive("spr?b"));
        assertEquals("1", text(layer.tryReceive("spr?a")));
    }

    @Test
    default void bytesAndTextKeepTypeAndValueHoweverNested() {
        ChannelLayer layer = open();
        byte[] notText = {(byte) 0xc3, 0x28, 0, 1, 0x1b, (byte) 0xff};
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("text", "£ and \ud83d\ude00");
        message.put("list", Arrays.asList(notText, "£", null, true, 1.5, -1L, Map.of("deep", notText)));
        if (differs(Difference.NO_BYTES_IN_MAPS)) {
            String refusal = assertThrows(IllegalArgumentException.class, () -> layer.send("nested", message))
                    .getMessage();
            assertTrue(refusal.startsWith("list[0]: "), refusal);
            message.put("list", Arrays.asList("£", null, true, 1.5, -1L, Map.of("deep", "£")));
            layer.send("nested", message);
            assertEquals(message, layer.tryReceive("nested").map());
            return;
        }
        layer.send("nested", message);
        Map<String, Object> received = layer.tryReceive("nested").map();
        assertEquals(TestMessages.sent(message), TestMessages.received(received));
        List<?> list = assertInstanceOf(List.class, received.get("list"));
        assertArrayEquals(notText, assertInstanceOf(byte[].class, list.get(0)));
        assertEquals("£", list.get(1));
    }

    @Test
    default void changingANestedListAfterSendingChangesNothing() {
        ChannelLayer layer = open();
        List<Object> list = new ArrayList<>(List.of("a"));
        layer.send("copy", Map.of("list", list));
        list.add("b");
        assertEquals(List.of("a"), layer.tryReceive("copy").map().get("list"));
    }

    @Test
    default void changingBytesAfterSendingChangesNothing() {
        ChannelLayer layer = open();
        byte[] payload = {1, 2, 3};
        MemorySegment segment = MemorySegment.ofArray(new byte[] {4, 5, 6});
        layer.send("copy", payload);
        layer.sender("copy").send(segment);
        payload[0] = 9;
        segment.fill((byte) 9);
        assertArrayEquals(new byte[] {1, 2, 3}, layer.tryReceive("copy").bytes());
        assertArrayEquals(new byte[] {4, 5, 6}, layer.tryReceive("copy").bytes());
    }

    @Test
    default void changingWhatWasReceivedChangesNoOtherMessage() {
        ChannelLayer layer = open();
        Group group = layer.group("g");
        group.add("a");
        group.add("b");
        group.send(new byte[] {1});
        layer.tryReceive("a").bytes()[0] = 9;
        assertArrayEquals(new byte[] {1}, layer.tryReceive("b").bytes());
    }

    @Test
    default void bytesOfEveryLengthUpToTheLimitArriveAsTheyWere() {
        ChannelLayer layer = open(options -> options.maxMessageSize(200_000));
        List<Integer> lengths = new ArrayList<>(List.of(16_383, 16_384, 65_535, 65_536, 65_537, 130_000, 200_000));
        for (int length = 0; length < 1100; length += 1 + length / 100) {
            lengths.add(length);
        }
        for (int length : lengths) {
            byte[] payload = new byte[length];
            for (int i = 0; i < length; i++) {
                payload[i] = (byte) (i * 31 + length);
            }
            layer.send("lengths", payload);
            assertArrayEquals(payload, layer.tryReceive("lengths").bytes());
        }
    }

    @Test
    default void segmentsOfAllKindsAreSent() {
        ChannelLayer layer = open();
        Sender sender = layer.sender("segments");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment nativeSegment = arena.allocate(5);
            nativeSegment.fill((byte) 7);
            sender.send(nativeSegment.asSlice(1, 3));
            assertTrue(sender.trySend(MemorySegment.ofArray(new long[] {1}).asReadOnly()));
        }
        sender.send(MemorySegment.NULL);
        assertArrayEquals(new byte[] {7, 7, 7}, layer.tryReceive("segments").bytes());
        assertEquals(8, layer.tryReceive("segments").bytes().length);
        assertEquals(0, layer.tryReceive("segments").bytes().length);
    }

    @Test
    default void allLayersThatShareAPlaceShareItsMessages() {
        ChannelLayer one = open();
        ChannelLayer other = open();
        one.send("shared", bytes("x"));
        assertEquals("x", text(other.tryReceive("shared")));
        assertNull(one.tryReceive("shared"));
    }

    @Test
    default void messagesSurviveTheClosingOfTheLayerThatSentThem() {
        ChannelLayer one = open();
        ChannelLayer other = open();
        one.send("shared", bytes("x"));
        one.close();
        assertEquals("x", text(other.tryReceive("shared")));
    }

    @Test
    default void messagesLongerThanTheLimitAreRefusedAndLeaveNothing() throws InterruptedException {
        ChannelLayer layer = open(options -> options.maxMessageSize(100).capacity(1));
        Sender sender = layer.sender("limited");
        byte[] tooLong = new byte[101];
        MemorySegment tooLongSegment = MemorySegment.ofArray(tooLong);
        Map<String, ?> tooLongMap = Map.of("text", "x".repeat(100));
        for (MessageTooLargeException refusal : List.of(
                assertThrows(MessageTooLargeException.class, () -> sender.send(tooLong)),
                assertThrows(MessageTooLargeException.class, () -> sender.send(tooLongSegment)),
                assertThrows(MessageTooLargeException.class, () -> sender.trySend(tooLong)),
                assertThrows(MessageTooLargeException.class, () -> sender.trySend(tooLongSegment)),
                assertThrows(MessageTooLargeException.class, () -> sender.send(tooLong, Duration.ZERO)),
                assertThrows(MessageTooLargeException.class, () -> sender.send(tooLongSegment, Duration.ofDays(1))),
                assertThrows(MessageTooLargeException.class, () -> sender.sendAll(List.of(new byte[1], tooLong))),
                assertThrows(
                        MessageTooLargeException.class, () -> layer.group("g").send(tooLong)),
                assertThrows(
                        MessageTooLargeException.class, () -> layer.group("g").send(tooLongSegment)))) {
            assertEquals(101, refusal.length());
            assertEquals(100, refusal.limit());
        }
        int length = codec().encode(tooLongMap).length;
        for (MessageTooLargeException refusal : List.of(
                assertThrows(MessageTooLargeException.class, () -> sender.send(tooLongMap)),
                assertThrows(MessageTooLargeException.class, () -> sender.trySend(tooLongMap)),
                assertThrows(MessageTooLargeException.class, () -> sender.send(tooLongMap, Duration.ZERO)),
                assertThrows(
                        MessageTooLargeException.class, () -> layer.group("g").send(tooLongMap)))) {
            assertEquals(length, refusal.length());
        }
        assertNull(layer.tryReceive("limited"));
        sender.send(new byte[100]);
        assertThrows(MessageTooLargeException.class, () -> sender.trySend(tooLong), "also when the channel is full");
        assertEquals(100, layer.receive("limited").bytes().length);
    }

    @Test
    default void mapsThatCannotBeSentAreRefusedAndLeaveNothing() {
        ChannelLayer layer = open();
        Sender sender = layer.sender("refused");
        Map<String, ?> bad = Map.of("list", List.of(1, new Object()));
        for (IllegalArgumentException refusal : List.of(
                assertThrows(IllegalArgumentException.class, () -> sender.send(bad)),
                assertThrows(IllegalArgumentException.class, () -> sender.trySend(bad)),
                assertThrows(IllegalArgumentException.class, () -> sender.send(bad, Duration.ZERO)),
                assertThrows(IllegalArgumentException.class, () -> layer.group("empty")
                        .send(bad)))) {
            assertTrue(refusal.getMessage().contains("list[1]"), refusal.getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> sender.send(Map.of("__asgi_channel__", "x")));
        assertNull(layer.tryReceive("refused"));
        assertEquals(0, layer.statistics().messagesCount());
    }

    @Test
    default void bytesThatAreNoMapAreNotLost() {
        ChannelLayer layer = open();
        layer.send("raw!x", bytes("no map"));
        Message message = layer.tryReceive("raw!");
        UnreadableMessageException unreadable = assertThrows(UnreadableMessageException.class, message::map);
        assertEquals("raw!x", unreadable.channel());
        assertArrayEquals(bytes("no map"), unreadable.bytes());
    }

    @Test
    default void aMapMayBeSentAsItsBytes() {
        ChannelLayer layer = open();
        layer.send("encoded", codec().encode(Map.of("k", 1)));
        assertEquals(Map.of("k", 1L), layer.tryReceive("encoded").map());
    }

    @Test
    default void sendAllSendsAllThereIsRoomForInTheirOrder() {
        ChannelLayer layer = open(options -> options.capacity(3));
        Sender sender = layer.sender("batch");
        assertEquals(0, sender.sendAll(List.of()));
        assertEquals(2, sender.sendAll(List.of(bytes("1"), bytes("2"))));
        assertEquals(1, sender.sendAll(List.of(bytes("3"), bytes("4"), bytes("5"))));
        assertEquals(0, sender.sendAll(List.of(bytes("6"))));
        for (String expected : List.of("1", "2", "3")) {
            assertEquals(expected, text(layer.tryReceive("batch")));
        }
        assertNull(layer.tryReceive("batch"));
    }

    @Test
    default void sendAllSendsNothingWhenOneOfThemIsMissing() {
        Sender sender = open().sender("batch");
        assertThrows(NullPointerException.class, () -> sender.sendAll(Arrays.asList(bytes("1"), null)));
        assertThrows(NullPointerException.class, () -> sender.sendAll(null));
        assertNull(open().tryReceive("batch"));
    }

    @Test
    default void drainTakesWhatIsThereUpToTheLimit() {
        ChannelLayer layer = open();
        List<String> seen = new ArrayList<>();
        MessageHandler handler = (channel, payload) ->
                seen.add(channel + "=" + new String(payload.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8));
        Receiver receiver = layer.receiver("a", "b!");
        assertEquals(0, receiver.drain(handler, 10));
        layer.send("a", bytes("1"));
        layer.send("a", bytes("2"));
        layer.send("a", bytes("3"));
        assertEquals(0, receiver.drain(handler, 0));
        assertEquals(2, receiver.drain(handler, 2));
        assertEquals(List.of("a=1", "a=2"), seen);
        layer.send("b!x", bytes("4"));
        assertEquals(2, receiver.drain(handler, Integer.MAX_VALUE));
        assertTrue(seen.containsAll(List.of("a=3", "b!x=4")), seen.toString());
        assertEquals(0, receiver.drain(handler, 10));
    }

    @Test
    default void aHandlerThatThrowsLosesOnlyTheMessageItWasGiven() {
        ChannelLayer layer = open();
        layer.sender("a").sendAll(List.of(bytes("1"), bytes("2"), bytes("3")));
        Receiver receiver = layer.receiver("a");
        List<Long> seen = new ArrayList<>();
        IllegalStateException thrown = new IllegalStateException("thrown by the handler");
        MessageHandler handler = (channel, payload) -> {
            seen.add(payload.byteSize());
            if (seen.size() == 2) {
                throw thrown;
            }
        };
        assertEquals(thrown, assertThrows(IllegalStateException.class, () -> receiver.drain(handler, 10)));
        assertEquals(2, seen.size());
        assertEquals("3", text(layer.tryReceive("a")));
        assertNull(receiver.tryReceive());
    }

    @Test
    default void aHandlerMayUseTheLayer() {
        ChannelLayer layer = open();
        layer.sender("in").sendAll(List.of(bytes("1"), bytes("2")));
        Sender out = layer.sender("out");
        int drained = layer.receiver("in").drain((channel, payload) -> out.send(payload), 10);
        assertEquals(2, drained);
        assertEquals("1", text(layer.tryReceive("out")));
        assertEquals("2", text(layer.tryReceive("out")));
    }

    @Test
    default void handlesSayWhatTheyStandFor() {
        ChannelLayer layer = open();
        assertEquals("a!b", layer.sender("a!b").channel());
        assertEquals(List.of("a", "b!"), layer.receiver("a", "b!", "a").channels());
        assertEquals(List.of("b", "a"), layer.receiver(List.of("b", "a")).channels());
        assertEquals("g", layer.group("g").name());
        assertThrows(
                UnsupportedOperationException.class,
                () -> layer.receiver("a").channels().add("b"));
    }

    @Test
    default void theShorthandOfALayerDoesWhatItsHandlesDo() throws InterruptedException {
        ChannelLayer layer = open(options -> options.capacity(1));
        assertTrue(layer.trySend("a", Map.of("k", 1)));
        assertFalse(layer.trySend("a", bytes("x")));
        assertThrows(ChannelFullException.class, () -> layer.send("a", bytes("x")));
        assertThrows(ChannelFullException.class, () -> layer.send("a", Map.of()));
        assertEquals(
                Map.of("k", 1L), layer.receive(Duration.ofDays(1), "b", "a").map());
        assertNull(layer.receive(Duration.ZERO, "a", "b"));
    }
}

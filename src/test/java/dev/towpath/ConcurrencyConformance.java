package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Says what holds however many use a layer at the same time. */
public interface ConcurrencyConformance extends LayerUnderTest {
    private static byte[] numbered(int sender, int number) {
        byte[] payload = new byte[8];
        MemorySegment.ofArray(payload).set(ValueLayout.JAVA_INT_UNALIGNED, 0, sender);
        MemorySegment.ofArray(payload).set(ValueLayout.JAVA_INT_UNALIGNED, 4, number);
        return payload;
    }

    private static int sender(Message message) {
        return MemorySegment.ofArray(message.bytes()).get(ValueLayout.JAVA_INT_UNALIGNED, 0);
    }

    private static int number(Message message) {
        return MemorySegment.ofArray(message.bytes()).get(ValueLayout.JAVA_INT_UNALIGNED, 4);
    }

    @Test
    default void everyMessageIsReceivedOnceAndInTheOrderOfItsSender() throws Exception {
        ChannelLayer[] layers = {open(options -> options.capacity(50)), open(options -> options.capacity(50))};
        List<String> both = List.of("work", "work!");
        int late = countLate(layers, 2000, List.of(both, both, both, both));
        if (!differs(Difference.MESSAGES_GO_BACK)) {
            assertEquals(0, late, "out of order");
            return;
        }
        // Nothing goes back from those who receive from one channel.
        List<String> ordinary = List.of("work");
        List<String> local = List.of("work!");
        assertEquals(0, countLate(layers, 2000, List.of(ordinary, ordinary, local, local)), "out of order");
    }

    /**
     * Has two send to each of two channels, while some receive, each from the channels that are listed for it. All that
     * was sent must come once. Says how often somebody received a message after a later one of the same sender.
     */
    private int countLate(ChannelLayer[] layers, int messages, List<List<String>> received) throws Exception {
        int senders = 4;
        long before = count(layers, layer -> layer.statistics().messagesCount());
        List<Background<?>> sending = new ArrayList<>();
        for (int s = 0; s < senders; s++) {
            int id = s;
            Sender sender = layers[s % 2].sender(s < 2 ? "work" : "work!local" + s);
            sending.add(Background.start(() -> {
                for (int i = 0; i < messages; i++) {
                    sender.send(numbered(id, i), WaitingConformance.LONG);
                }
                return null;
            }));
        }
        Set<Long> seen = ConcurrentHashMap.newKeySet();
        AtomicInteger left = new AtomicInteger(senders * messages);
        List<Background<Integer>> receiving = new ArrayList<>();
        for (int r = 0; r < received.size(); r++) {
            Receiver receiver = layers[r % 2].receiver(received.get(r));
            receiving.add(Background.start(() -> {
                Map<Integer, Integer> latest = new HashMap<>();
                int late = 0;
                while (left.get() > 0) {
                    Message message = receiver.receive(Duration.ofMillis(5));
                    if (message != null) {
                        left.decrementAndGet();
                        assertTrue(seen.add((long) sender(message) << 32 | number(message)), "received twice");
                        late += latest.getOrDefault(sender(message), -1) > number(message) ? 1 : 0;
                        latest.merge(sender(message), number(message), Math::max);
                    }
                }
                return late;
            }));
        }
        for (Background<?> each : sending) {
            each.result();
        }
        int late = 0;
        for (Background<Integer> each : receiving) {
            late += each.result();
        }
        assertEquals(senders * messages, seen.size());
        assertNull(layers[0].tryReceive("work", "work!"));
        assertEquals(
                senders * messages, count(layers, layer -> layer.statistics().messagesCount()) - before);
        return late;
    }

    @Test
    default void whoAloneWaitsForSeveralChannelsReceivesFromEachInTheOrderOfSending() throws Exception {
        ChannelLayer layer = open();
        ChannelLayer other = open();
        Receiver receiver = layer.receiver("a", "b");
        List<byte[]> payloads = List.of(new byte[1], new byte[2], new byte[3]);
        for (int round = 0; round < 50; round++) {
            var receiving = Background.start(receiver::receive).awaitWaiting();
            CyclicBarrier start = new CyclicBarrier(2);
            List<Background<Integer>> sending = new ArrayList<>();
            for (String channel : receiver.channels()) {
                Sender sender = other.sender(channel);
                sending.add(Background.start(() -> {
                    start.await();
                    return sender.sendAll(payloads);
                }));
            }
            for (Background<Integer> each : sending) {
                assertEquals(3, each.result());
            }
            Map<String, List<Integer>> lengths = new HashMap<>();
            for (Message message = receiving.result(); message != null; message = receiver.tryReceive()) {
                lengths.computeIfAbsent(message.channel(), channel -> new ArrayList<>())
                        .add(message.bytes().length);
            }
            assertEquals(Map.of("a", List.of(1, 2, 3), "b", List.of(1, 2, 3)), lengths);
        }
    }

    /** Counts for all who share a place. */
    private long count(ChannelLayer[] layers, ToLongFunction<ChannelLayer> figure) {
        return Stream.of(layers)
                .limit(differs(Difference.OWN_COUNTS) ? layers.length : 1)
                .mapToLong(figure)
                .sum();
    }

    @Test
    default void capacityIsExactHoweverManySendAtTheSameTime() throws Exception {
        ChannelLayer[] layers = {open(options -> options.capacity(37)), open(options -> options.capacity(37))};
        int senders = 6;
        CyclicBarrier start = new CyclicBarrier(senders);
        for (int round = 0; round < 40; round++) {
            List<Background<Integer>> sending = new ArrayList<>();
            String queue = "full" + round + "!";
            for (int s = 0; s < senders; s++) {
                Sender sender = layers[s % 2].sender(queue + s);
                sending.add(Background.start(() -> {
                    start.await();
                    int sent = 0;
                    for (int i = 0; i < 20; i++) {
                        sent += sender.trySend(new byte[1]) ? 1 : 0;
                    }
                    return sent;
                }));
            }
            int sent = 0;
            for (Background<Integer> each : sending) {
                sent += each.result();
            }
            assertEquals(37, sent);
            assertEquals(37, layers[0].statistics(queue).messagesPending());
            assertEquals(83, count(layers, layer -> layer.statistics(queue).channelFullCount()));
        }
    }

    @Test
    default void aBusyChannelDoesNotStarveAQuietOne() {
        ChannelLayer layer = open();
        for (String[] order : new String[][] {{"busy", "quiet"}, {"quiet", "busy"}, {"x", "busy", "y", "quiet"}}) {
            layer.send("quiet", new byte[1]);
            Receiver receiver = layer.receiver(order);
            int before = 0;
            layer.send("busy", new byte[1]);
            while (receiver.tryReceive().channel().equals("busy")) {
                layer.send("busy", new byte[1]);
                before++;
            }
            assertTrue(before <= 100, before + " messages of the busy channel came first");
            layer.clear();
        }
    }

    @Test
    default void aBusyChannelDoesNotStarveAQuietOneThatIsDrained() {
        ChannelLayer layer = open(options -> options.capacity(200));
        Sender busy = layer.sender("busy");
        for (String[] order : new String[][] {{"busy", "quiet"}, {"quiet", "busy"}}) {
            layer.send("quiet", new byte[1]);
            Receiver receiver = layer.receiver(order);
            AtomicInteger quiet = new AtomicInteger();
            int rounds = 0;
            while (quiet.get() == 0 && rounds < 100) {
                busy.sendAll(Collections.nCopies(200, new byte[1]));
                receiver.drain((channel, payload) -> quiet.addAndGet(channel.equals("quiet") ? 1 : 0), 10);
                rounds++;
            }
            assertEquals(1, quiet.get());
            layer.clear();
        }
    }

    @Test
    default void theShorthandDoesNotStarveAQuietChannelEither() {
        ChannelLayer layer = open();
        for (String[] order : new String[][] {{"busy", "quiet"}, {"quiet", "busy"}}) {
            layer.send("quiet", new byte[1]);
            layer.send("busy", new byte[1]);
            int before = 0;
            while (layer.tryReceive(order).channel().equals("busy")) {
                layer.send("busy", new byte[1]);
                before++;
                assertTrue(before < 1000, "the quiet channel is not received from");
            }
            layer.clear();
        }
    }

    @Test
    default void groupsMayChangeWhileTheyAreSentTo() throws Exception {
        ChannelLayer layer = open(options -> options.capacity(Integer.MAX_VALUE));
        ChannelLayer other = open(options -> options.capacity(Integer.MAX_VALUE));
        layer.group("g").add("stays");
        AtomicInteger running = new AtomicInteger(2);
        List<Background<?>> changing = new ArrayList<>();
        for (int t = 0; t < 2; t++) {
            Group group = (t == 0 ? layer : other).group("g");
            String prefix = "comes?" + t + "x";
            changing.add(Background.start(() -> {
                for (int i = 0; i < 500; i++) {
                    group.add(prefix + i % 10);
                    group.discard(prefix + (i + 5) % 10);
                }
                running.decrementAndGet();
                return null;
            }));
        }
        int sends = 0;
        long delivered = 0;
        while (running.get() > 0 || sends < 50) {
            GroupSend sent = layer.group("g").send(new byte[8]);
            assertEquals(0, sent.full());
            delivered += sent.delivered();
            sends++;
            layer.receiver("stays").drain((channel, payload) -> {}, 1000);
        }
        for (Background<?> each : changing) {
            each.result();
        }
        assertEquals(delivered, layer.statistics().messagesCount());
        assertEquals(
                differs(Difference.OWN_GROUP_MEMBERS) ? 0 : sends,
                layer.statistics("stays").messagesCount());
        Set<String> members = layer.group("g").channels();
        if (!differs(Difference.OWN_GROUP_MEMBERS)) {
            assertEquals(members.size(), other.group("g").size());
        }
        assertTrue(members.contains("stays"));
    }

    @Test
    default void eachMemberReceivesWhatManyThreadsSendToAGroupOnceAndInTheirOrder() throws Exception {
        ChannelLayer[] layers = {open(options -> options.capacity(1000)), open(options -> options.capacity(1000))};
        List<String> members = List.of("a", "b?x", "c!x", "c!y");
        members.forEach(layers[0].group("g")::add);
        GroupSend reached = new GroupSend(differs(Difference.OWN_GROUP_MEMBERS) ? 1 : members.size(), 0);
        int senders = 6;
        CyclicBarrier start = new CyclicBarrier(senders);
        List<Background<?>> sending = new ArrayList<>();
        for (int s = 0; s < senders; s++) {
            int id = s;
            Group group = layers[s % 2].group("g");
            sending.add(Background.start(() -> {
                start.await();
                for (int i = 0; i < 50; i++) {
                    assertEquals(reached, group.send(numbered(id, i)));
                }
                return null;
            }));
        }
        for (Background<?> each : sending) {
            each.result();
        }
        Map<String, List<Integer>> numbers = new HashMap<>();
        Receiver receiver = layers[0].receiver("a", "b?x", "c!");
        for (Message message = receiver.tryReceive(); message != null; message = receiver.tryReceive()) {
            numbers.computeIfAbsent(message.channel() + " from " + sender(message), both -> new ArrayList<>())
                    .add(number(message));
        }
        assertEquals(senders * members.size(), numbers.size());
        List<Integer> all = IntStream.range(0, 50).boxed().toList();
        numbers.forEach((both, received) -> assertEquals(all, received, both));
    }

    @Test
    default void whatIsSentAfterClearingIsKept() throws Exception {
        ChannelLayer layer = open();
        ChannelLayer other = open();
        for (int i = 0; i < 200; i++) {
            ChannelLayer clearer = differs(Difference.CLEARING_TAKES_TIME) ? layer : other;
            var clearing = Background.start(() -> {
                clearer.clear();
                return true;
            });
            while (!clearing.isDone()) {
                layer.trySend("busy", new byte[1]);
                layer.group("g").add("busy");
                layer.tryReceive("busy");
            }
            assertTrue(clearing.result());
            layer.send("after", new byte[1]);
            layer.group("after").add("after");
            assertNotNull(layer.tryReceive("after"));
            assertEquals(1, layer.group("after").size());
        }
    }

    @Test
    default void manyShortLivedChannelsComeAndGo() throws Exception {
        ChannelLayer layer = open(options -> options.capacity(1), Extra.LITTLE_MEMORY);
        ChannelLayer other = open(options -> options.capacity(1), Extra.LITTLE_MEMORY);
        List<Background<?>> working = new ArrayList<>();
        for (int t = 0; t < 2; t++) {
            working.add(Background.start(() -> {
                for (int i = 0; i < 2000; i++) {
                    String reply = layer.newChannel("reply?");
                    other.send(reply, new byte[600]);
                    assertEquals(600, layer.receive(reply).bytes().length);
                }
                return null;
            }));
        }
        for (Background<?> each : working) {
            each.result();
        }
        assertEquals(0, layer.statistics().messagesPending());
        assertEquals(4000, count(new ChannelLayer[] {layer, other}, each -> each.statistics()
                .messagesCount()));
    }
}

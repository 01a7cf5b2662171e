package dev.towpath.redis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.ChannelFullException;
import dev.towpath.GroupSend;
import dev.towpath.Message;
import dev.towpath.Names;
import dev.towpath.Receiver;
import dev.towpath.brokers.PythonPeer;
import dev.towpath.brokers.RedisBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers in Java and in Python, by channels_redis itself, send to each other and share groups. */
class PythonInteropTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration BRIEFLY = Duration.ofMillis(200);
    private static final String LAYER = "python";

    private static final List<String> KEYS =
            List.of("a new key of not fewer than 32 bytes", "an old key of not fewer than 32 bytes");

    private static List<RedisBroker> brokers;
    private static PythonPeer python;

    private RedisLayer java;

    @BeforeAll
    static void start() {
        python = PythonPeer.start();
        brokers = List.of(RedisBroker.start(), RedisBroker.start(), RedisBroker.start());
    }

    @AfterAll
    static void stop() {
        if (python != null) {
            python.close();
            brokers.forEach(RedisBroker::close);
        }
    }

    @BeforeEach
    void clear() {
        for (RedisBroker broker : brokers) {
            try (Admin admin = Admin.of(broker.port())) {
                admin.ask("FLUSHALL");
            }
        }
    }

    @AfterEach
    void close() {
        if (java != null) {
            java.close();
        }
    }

    /** Opens a layer here and one there on so many servers. */
    private void open(int servers, boolean encrypted, int capacity) {
        List<String> uris =
                brokers.stream().limit(servers).map(RedisBroker::uri).toList();
        Map<String, Object> options = new HashMap<>();
        options.put("hosts", uris);
        options.put("capacity", capacity);
        options.put("symmetric_encryption_keys", encrypted ? KEYS : List.of());
        python.open(LAYER, options);
        java = RedisLayer.builder(uris.toArray(String[]::new))
                .capacity(capacity)
                .encryptionKeys(encrypted ? KEYS : List.of())
                .open();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void messagesAndGroupsGoBothWaysInJson(boolean encrypted) throws InterruptedException {
        String uri = brokers.getFirst().uri();
        List<String> keys = encrypted ? KEYS : List.of();
        python.open(
                LAYER,
                Map.of(
                        "hosts",
                        List.of(uri),
                        "symmetric_encryption_keys",
                        keys,
                        "serializer_format",
                        "json",
                        "random_prefix_length",
                        8));
        java = RedisLayer.builder(uri)
                .encryptionKeys(keys)
                .serializer(RedisLayer.Serializer.JSON)
                .randomPrefixLength(8)
                .open();
        Map<String, Object> message = message();
        message.remove("bytes");
        java.send("to.python", message);
        assertEquals(message, python.receive(LAYER, "to.python", PATIENCE));
        assertTrue(python.send(LAYER, "to.java", message));
        assertEquals(message, java.receive(PATIENCE, "to.java").map());
        String theirs = (String) python.ask(LAYER, "new_channel");
        String ours = java.newProcessChannel("specific");
        java.group("room").add(theirs);
        python.ask(LAYER, "group_add", "group", "room", "channel", ours);
        python.ask(LAYER, "group_send", "group", "room", "message", message);
        assertEquals(new GroupSend(2, 0), java.group("room").send(message));
        for (int i = 0; i < 2; i++) {
            Message received = java.receive(PATIENCE, Names.queueOf(ours));
            assertEquals(ours, received.channel());
            assertEquals(message, received.map());
            Map<String, Object> there = python.receive(LAYER, theirs, PATIENCE);
            there.remove("__asgi_channel__");
            assertEquals(message, there);
        }
    }

    private static Map<String, Object> message() {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("type", "chat.message");
        message.put("text", "£ and 😀");
        message.put("bytes", new byte[] {(byte) 0xff, 0});
        message.put("numbers", List.of(1L, -1L, Long.MAX_VALUE, 1.5));
        message.put("nested", Map.of("null", List.of(), "yes", true));
        return message;
    }

    private static void assertSame(Map<String, Object> expected, Map<String, Object> actual) {
        Map<String, Object> rest = new LinkedHashMap<>(actual);
        assertArrayEquals(
                (byte[]) expected.get("bytes"), Assertions.assertInstanceOf(byte[].class, rest.remove("bytes")));
        Map<String, Object> expectedRest = new LinkedHashMap<>(expected);
        expectedRest.remove("bytes");
        rest.remove("__asgi_channel__");
        assertEquals(expectedRest, rest);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void messagesGoBothWaysOnOrdinaryChannels(boolean encrypted) throws InterruptedException {
        open(1, encrypted, 100);
        java.send("to.python", message());
        assertSame(message(), python.receive(LAYER, "to.python", PATIENCE));
        assertTrue(python.send(LAYER, "to.java", message()));
        Message received = java.receive(PATIENCE, "to.java");
        assertEquals("to.java", received.channel());
        assertSame(message(), received.map());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void messagesGoBothWaysOnProcessLocalChannels(boolean encrypted) throws InterruptedException {
        open(1, encrypted, 100);
        String theirs = (String) python.ask(LAYER, "new_channel");
        java.send(theirs, message());
        assertSame(message(), python.receive(LAYER, theirs, PATIENCE));
        String ours = java.newProcessChannel("specific");
        assertTrue(python.send(LAYER, ours, message()));
        Message received = java.receive(PATIENCE, Names.queueOf(ours));
        assertEquals(ours, received.channel());
        assertSame(message(), received.map());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void groupsHaveMembersOnBothSides(boolean encrypted) throws InterruptedException {
        open(1, encrypted, 100);
        String theirs = (String) python.ask(LAYER, "new_channel");
        String alsoTheirs = (String) python.ask(LAYER, "new_channel");
        String ours = java.newProcessChannel("specific");
        String alsoOurs = java.newProcessChannel("specific");
        python.ask(LAYER, "group_add", "group", "room", "channel", theirs);
        java.group("room").add(alsoTheirs);
        python.ask(LAYER, "group_add", "group", "room", "channel", ours);
        java.group("room").add(alsoOurs);
        java.group("room").add("ordinary");
        java.group("room").add("reply?one");
        assertEquals(
                Set.of(theirs, alsoTheirs, ours, alsoOurs, "ordinary", "reply?one"),
                java.group("room").channels());
        python.ask(LAYER, "group_send", "group", "room", "message", message());
        assertEquals(Set.of(ours, alsoOurs, "ordinary", "reply?one"), receivedHere(ours, 4));
        assertEquals(new GroupSend(6, 0), java.group("room").send(message()));
        assertEquals(Set.of(ours, alsoOurs, "ordinary", "reply?one"), receivedHere(ours, 4));
        for (String member : List.of(theirs, alsoTheirs, theirs, alsoTheirs)) {
            assertSame(message(), python.receive(LAYER, member, PATIENCE));
        }
        python.ask(LAYER, "group_discard", "group", "room", "channel", ours);
        java.group("room").discard(theirs);
        assertEquals(
                Set.of(alsoTheirs, alsoOurs, "ordinary", "reply?one"),
                java.group("room").channels());
    }

    private Set<String> receivedHere(String ours, int count) throws InterruptedException {
        Set<String> channels = new HashSet<>();
        Receiver receiver = java.receiver(Names.queueOf(ours), "ordinary", "reply?one");
        for (int i = 0; i < count; i++) {
            Message received = receiver.receive(PATIENCE);
            assertNotNull(received, () -> "only " + channels);
            assertSame(message(), received.map());
            channels.add(received.channel());
        }
        return channels;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void capacityIsCountedTogether(boolean encrypted) {
        open(1, encrypted, 3);
        java.send("a", message());
        assertTrue(python.send(LAYER, "a", message()));
        java.send("a", message());
        assertFalse(python.send(LAYER, "a", message()));
        ChannelFullException full =
                Assertions.assertThrows(ChannelFullException.class, () -> java.send("a", message()));
        assertEquals(3, full.capacity());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void onSeveralServersJavaReceivesAllThatPythonSends(int servers) throws InterruptedException {
        open(servers, false, 100);
        String ours = java.newProcessChannel("specific");
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < 20; i++) {
            String name = Names.queueOf(ours) + i;
            names.add(name);
            assertTrue(python.send(LAYER, name, message()));
            assertTrue(python.send(LAYER, "ordinary", message()));
        }
        Set<String> received = new TreeSet<>();
        for (int i = 0; i < 20; i++) {
            received.add(java.receive(PATIENCE, Names.queueOf(ours)).channel());
            assertNotNull(java.receive(PATIENCE, "ordinary"));
        }
        assertEquals(names, received);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void onSeveralServersPythonReceivesAllThatJavaSends(int servers) {
        open(servers, false, 100);
        String theirs = (String) python.ask(LAYER, "new_channel");
        List<Object> received = new ArrayList<>();
        for (long i = 0; i < 12; i++) {
            java.send(theirs, Map.of("number", i));
            received.add(python.receive(LAYER, theirs, PATIENCE).get("number"));
        }
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L), received);
        java.sender("work").sendAll(List.of(new byte[1]));
        for (int i = 1; i < servers; i++) {
            java.send("work", Map.of());
        }
        for (int i = 0; i < servers; i++) {
            assertInstanceOf(Map.class, python.receive(LAYER, "work", PATIENCE));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void onSeveralServersGroupsReachBothSides(int servers) throws InterruptedException {
        open(servers, true, 100);
        String theirs = (String) python.ask(LAYER, "new_channel");
        String ours = java.newProcessChannel("specific");
        for (int i = 0; i < 8; i++) {
            java.group("room" + i).add(ours);
            python.ask(LAYER, "group_add", "group", "room" + i, "channel", theirs);
            python.ask(LAYER, "group_send", "group", "room" + i, "message", message());
            assertEquals(ours, java.receive(PATIENCE, Names.queueOf(ours)).channel());
            assertEquals(new GroupSend(2, 0), java.group("room" + i).send(message()));
            assertEquals(ours, java.receive(PATIENCE, Names.queueOf(ours)).channel());
            assertNotNull(python.receive(LAYER, theirs, PATIENCE));
            assertNotNull(python.receive(LAYER, theirs, PATIENCE));
        }
        assertEquals(List.of(), python.drain(LAYER, theirs, BRIEFLY));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatPythonFlushesIsGone(boolean encrypted) {
        open(1, encrypted, 100);
        java.send("a", message());
        java.group("g").add("a");
        python.ask(LAYER, "flush");
        assertEquals(0, java.statistics().messagesPending());
        assertEquals(Set.of(), java.group("g").channels());
        python.send(LAYER, "a", message());
        java.clear();
        assertEquals(List.of(), python.drain(LAYER, "a", BRIEFLY));
    }
}

package dev.towpath.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.Background;
import dev.towpath.GroupSend;
import dev.towpath.Message;
import dev.towpath.UnreadableMessageException;
import dev.towpath.crypto.Fernet;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is on the server is, byte by byte, what channels_redis puts there and expects there. */
class RedisWireTest extends WithRedis {
    private static final String HELLO = "a474797065a568656c6c6fa474657874a26869";
    private static final String MARK = "b05f5f617367695f6368616e6e656c5f5f";
    private static final String DEF = "b073706563696669632e61626321646566";
    private static final String GHI = "b073706563696669632e61626321676869";
    private static final String KEY = "a key of not fewer than 32 bytes";

    private static Map<String, Object> hello() {
        Map<String, Object> hello = new LinkedHashMap<>();
        hello.put("type", "hello");
        hello.put("text", "hi");
        return hello;
    }

    private List<String> members(String key) {
        return Replies.list(admin.ask("ZRANGE", key, 0, -1)).stream()
                .map(member -> HexFormat.of().formatHex(Replies.bytes(member)))
                .toList();
    }

    @Test
    void membersAreThoseThatPythonMakes() {
        try (RedisLayer layer = builder().randomPrefixLength(0).open()) {
            layer.send("ord", hello());
            layer.send("specific.abc!def", hello());
            assertEquals(List.of("82" + HELLO), members("asgiord"));
            assertEquals(List.of("83" + HELLO + MARK + DEF), members("asgispecific.abc!"));
            layer.clear();
            layer.group("g").add("specific.abc!def");
            layer.group("g").add("specific.abc!ghi");
            layer.group("g").add("ord");
            layer.group("g").send(hello());
            assertEquals(List.of("83" + HELLO + MARK + "92" + DEF + GHI), members("asgispecific.abc!"));
            assertEquals(List.of("83" + HELLO + MARK + "91a36f7264"), members("asgiord"));
        }
    }

    @Test
    void twelveRandomBytesComeFirst() {
        try (RedisLayer layer = builder().open()) {
            layer.send("ord", hello());
            layer.send("ord", hello());
            List<String> members = members("asgiord");
            assertEquals(2, members.size());
            members.forEach(member -> assertEquals("82" + HELLO, member.substring(24)));
            layer.send("bytes", new byte[] {1, 2});
            String bytes = "81b15f5f746f77706174685f62797465735f5fc4020102";
            assertEquals(bytes, members("asgibytes").getFirst().substring(24));
        }
    }

    @Test
    void membersInJsonAreThoseThatPythonMakes() {
        Map<String, Object> hello = hello();
        hello.put("text", "£");
        String json = "{\"type\": \"hello\", \"text\": \"\\u00a3\"";
        try (RedisLayer layer = builder()
                .serializer(RedisLayer.Serializer.JSON)
                .randomPrefixLength(8)
                .open()) {
            layer.send("ord", hello);
            layer.send("x!y", hello);
            layer.group("g").add("x!y");
            layer.group("g").add("x!z");
            layer.group("g").send(hello);
            layer.group("g").send(Map.of());
            assertEquals(List.of(json + "}"), textsBehind(8, "asgiord"));
            assertEquals(
                    List.of(
                            json + ", \"__asgi_channel__\": \"x!y\"}",
                            json + ", \"__asgi_channel__\": [\"x!y\", \"x!z\"]}",
                            "{\"__asgi_channel__\": [\"x!y\", \"x!z\"]}"),
                    textsBehind(8, "asgix!"));
            for (String channel : List.of("x!y", "x!y", "x!z")) {
                Message message = layer.tryReceive("x!");
                assertEquals(channel, message.channel());
                assertEquals(hello, message.map());
            }
        }
    }

    private List<String> textsBehind(int random, String key) {
        return members(key).stream()
                .map(member -> new String(HexFormat.of().parseHex(member.substring(2 * random)), UTF_8))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"MESSAGE_PACK,0", "MESSAGE_PACK,8", "MESSAGE_PACK,12", "JSON,0", "JSON,8", "JSON,12"})
    void eachSerializerGoesWithEachLengthOfRandomBytes(RedisLayer.Serializer serializer, int random) {
        for (List<String> keys : List.of(List.<String>of(), List.of(KEY))) {
            try (RedisLayer layer = builder()
                    .serializer(serializer)
                    .randomPrefixLength(random)
                    .encryptionKeys(keys)
                    .open()) {
                layer.send("a", hello());
                layer.send("a", new byte[] {-1, 0});
                String stored = textsBehind(random, "asgia").getFirst();
                assertEquals(keys.isEmpty(), stored.contains("hello"), stored);
                assertEquals(hello(), layer.tryReceive("a").map());
                assertArrayEquals(new byte[] {-1, 0}, layer.tryReceive("a").bytes());
            }
        }
    }

    @Test
    void encryptedMembersAreTokens() {
        try (RedisLayer layer = builder().encryptionKeys(List.of(KEY)).open()) {
            layer.group("g").add("one");
            layer.group("g").send(hello());
            layer.send("one", hello());
            long now = Long.parseLong(admin.texts("TIME").getFirst());
            List<String> opened = members("asgione").stream()
                    .map(member -> HexFormat.of().parseHex(member))
                    .map(member -> Arrays.copyOfRange(member, 12, member.length))
                    .map(token -> Fernet.of(List.of(KEY)).decrypt(token, now, 70))
                    .map(HexFormat.of()::formatHex)
                    .toList();
            assertEquals(List.of("83" + HELLO + MARK + "91a36f6e65", "82" + HELLO), opened);
        }
    }

    @Test
    void keysHaveTheNamesTheTypesAndTheTimesOfPython() {
        try (RedisLayer layer =
                builder().prefix("p").expiry(Duration.ofSeconds(50)).open()) {
            layer.send("ord", hello());
            layer.send("x?y", hello());
            layer.group("test_group").add("x!y");
            assertEquals(50, admin.number("TTL", "pord"));
            assertEquals(86_400, admin.number("TTL", "p:group:test_group"));
            assertEquals(1, admin.number("ZCARD", "px?y"));
            assertEquals(List.of("x!y"), admin.texts("ZRANGE", "p:group:test_group", 0, -1));
            double now = now();
            assertEquals(
                    now,
                    Double.parseDouble(
                            admin.texts("ZRANGE", "pord", 0, 0, "WITHSCORES").get(1)),
                    5);
            assertEquals(now, Double.parseDouble(admin.text("ZSCORE", "p:group:test_group", "x!y")), 5);
        }
        try (RedisLayer layer = builder().open()) {
            layer.group("test_group").add("a");
            assertEquals(1, admin.number("EXISTS", "asgi:group:test_group"));
        }
    }

    @Test
    void theOrderHoldsAmongCopiesForAGroupWhenTheClockStepsBack() {
        try (RedisLayer layer = builder().capacity(3).open()) {
            layer.group("g").add("a");
            put("asgia", now() + 30, "80");
            assertEquals(new GroupSend(1, 0), layer.group("g").send(hello()));
            put("asgia", now() - 61, "81a16101");
            assertEquals(new GroupSend(1, 0), layer.group("g").send(Map.of()), "one has expired");
            assertEquals(new GroupSend(0, 1), layer.group("g").send(Map.of()));
            assertEquals(Map.of(), layer.tryReceive("a").map());
            assertEquals(hello(), layer.tryReceive("a").map());
            assertEquals(1, layer.statistics().expiredCount());
        }
    }

    @Test
    void queuesOfAGroupHaveEachTheirCapacityAndNames() throws InterruptedException {
        try (RedisLayer layer = builder().capacity("two", 2).capacity("one*", 1).open()) {
            for (String channel : List.of("one1", "two", "x!a", "x!b", "y!a", "one2", "y!b", "three")) {
                layer.group("g").add(channel);
            }
            assertEquals(new GroupSend(8, 0), layer.group("g").send(hello()));
            assertEquals(new GroupSend(6, 2), layer.group("g").send(hello()));
            assertEquals(new GroupSend(5, 3), layer.group("g").send(hello()));
            assertEquals(2, members("asgitwo").size());
            assertEquals(6, layer.statistics("x!").messagesCount());
            assertEquals(19, layer.statistics().messagesCount());
            assertEquals(5, layer.statistics().groupFullCount());
            assertEquals("x!a", layer.receive("x!").channel());
            assertEquals("three", layer.receive("three").channel());
        }
    }

    /** Adds what a Python program might have. */
    private void put(String key, double score, String map) {
        byte[] member = HexFormat.of().parseHex("000102030405060708090a0b" + map);
        admin.ask("ZADD", key, Double.toString(score), member);
    }

    private double now() {
        return Double.parseDouble(String.join(".", admin.texts("TIME").getFirst(), "0"));
    }

    @Test
    void theMarkMayBeMissingTextOrListOnEveryQueue() {
        try (RedisLayer layer = builder().open()) {
            put("asgix!", now() - 3, "82" + HELLO);
            put("asgix!", now() - 2, "81" + MARK + "a3782161");
            put("asgix!", now() - 1, "83" + MARK + "92a3782162a3782163" + HELLO);
            put("asgiord", now() - 2, "83" + HELLO + MARK + "a36f7264");
            put("asgiord", now() - 1, "83" + HELLO + MARK + "91a36f7264");
            for (String expected : List.of("x!", "x!a", "x!b", "x!c")) {
                Message message = layer.tryReceive("x!");
                assertEquals(expected, message.channel());
                assertEquals(expected.equals("x!a") ? Map.of() : hello(), message.map());
            }
            assertEquals("ord", layer.tryReceive("ord").channel());
            assertEquals(hello(), layer.tryReceive("ord").map());
            assertNull(layer.tryReceive("ord", "x!"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8101a162",
                "81a161a1ff",
                "81a161c1",
                "81a161",
                "c0",
                "93010203",
                "80c0",
                "81a161cfffffffffffffffff",
                "81a161d40001",
                "81" + MARK + "01",
                ""
            })
    void whatCannotBeReadIsGivenToTheReceiverAsItIs(String map) {
        try (RedisLayer layer = builder().open()) {
            put("asgibad", now(), map);
            UnreadableMessageException unreadable =
                    assertThrows(UnreadableMessageException.class, () -> layer.tryReceive("bad")
                            .map());
            assertEquals("bad", unreadable.channel());
            assertArrayEquals(HexFormat.of().parseHex(map), unreadable.bytes());
        }
    }

    @Test
    void aMessageThatNoKeyOpensIsGivenToTheReceiverAsItIs() throws Exception {
        try (RedisLayer plain = builder().open();
                RedisLayer encrypted = builder().encryptionKeys(List.of(KEY)).open();
                RedisLayer other = builder().encryptionKeys(List.of(KEY + "x")).open();
                RedisLayer rotated =
                        builder().encryptionKeys(List.of(KEY + "x", KEY)).open()) {
            for (RedisLayer reader : List.of(plain, other)) {
                encrypted.send("a", hello());
                UnreadableMessageException unreadable =
                        assertThrows(UnreadableMessageException.class, () -> reader.receive("a"));
                assertEquals(100 + 20, unreadable.bytes().length, unreadable::getMessage);
            }
            plain.send("a", hello());
            assertThrows(UnreadableMessageException.class, () -> encrypted.receive("a"));
            encrypted.send("a", hello());
            assertEquals(hello(), rotated.receive("a").map());
            rotated.send("a", hello());
            assertThrows(
                    UnreadableMessageException.class,
                    () -> encrypted.receiver("a").drain((channel, payload) -> {}, 10));
            assertNull(plain.tryReceive("a"));
        }
    }

    @Test
    void keptCopiesGoBackWhenALayerIsClosed() throws InterruptedException {
        RedisLayer layer = builder().open();
        layer.group("g").add("x!a");
        layer.group("g").add("x!b");
        layer.group("g").add("x!c");
        layer.group("g").send(hello());
        assertEquals("x!a", layer.receive("x!").channel());
        assertEquals(0, admin.number("EXISTS", "asgix!"));
        layer.close();
        try (RedisLayer later = builder().open()) {
            assertEquals("x!b", later.receive("x!").channel());
            Message last = later.receive("x!");
            assertEquals("x!c", last.channel());
            assertEquals(hello(), last.map());
            assertNull(later.tryReceive("x!"));
        }
    }

    @Test
    void whatIsKeptIsReceivedBeforeMoreIsTaken() {
        try (RedisLayer layer = builder().open()) {
            layer.group("g").add("x!a");
            layer.group("g").add("x!b");
            for (int i = 0; i < 10; i++) {
                layer.group("g").send(hello());
            }
            for (int i = 9; i >= 0; i--) {
                assertEquals("x!a", layer.tryReceive("x!").channel());
                assertEquals(i, admin.number("ZCARD", "asgix!"));
                assertEquals("x!b", layer.tryReceive("x!").channel());
                assertEquals(i, admin.number("ZCARD", "asgix!"));
            }
        }
    }

    @Test
    void whatHasExpiredWhenItIsWaitedForIsCounted() throws Exception {
        try (RedisLayer layer = builder().open()) {
            var receiving = waitingAtTheServer(layer);
            put("asgia", 1, "80");
            put("asgia", now(), "80");
            assertEquals(Map.of(), receiving.result().map());
            assertEquals(1, layer.statistics().expiredCount());
            assertTrue(admin.number("TTL", "asgi:stats") > 0, "the count stays for ever");
        }
    }

    @Test
    void whoWaitsDoesNotMindThatNothingCanBeCounted() throws Exception {
        admin.ask("SET", "asgi:stats", "somebody else's");
        try (RedisLayer layer = builder().open()) {
            var receiving = waitingAtTheServer(layer);
            put("asgia", 1, "80");
            put("asgia", now(), "80");
            assertEquals(Map.of(), receiving.result().map());
        }
    }

    private Background<Message> waitingAtTheServer(RedisLayer layer) {
        var receiving = Background.startVirtual(() -> layer.receive("a"));
        awaitBlocked();
        return receiving;
    }

    private void awaitBlocked() {
        Background.await(() -> admin.text("INFO", "clients").contains("blocked_clients:1"));
    }

    @Test
    void equalMessagesAreOneWithoutRandomBytes() {
        try (RedisLayer layer = builder().randomPrefixLength(0).open()) {
            layer.send("a", hello());
            layer.send("a", hello());
            assertEquals(1, admin.number("ZCARD", "asgia"));
        }
    }

    @Test
    void clearingReachesLongerPrefixesAndNothingElse() {
        try (RedisLayer layer = builder().open();
                RedisLayer longer = builder().prefix("asgi2").open()) {
            layer.send("a", hello());
            longer.send("a", hello());
            admin.ask("SET", "other", "1");
            admin.ask("ZADD", "asgia$inflight", "1", "x");
            layer.clear();
            assertNull(longer.tryReceive("a"));
            assertEquals(1, admin.number("EXISTS", "other"));
            assertEquals(0, admin.number("EXISTS", "asgia$inflight"));
            assertTrue(layer.statistics().messagesCount() > 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a*", "a?", "a[b]", "a\\", "a b", "ä"})
    void aPrefixThatIsAPatternIsRefused(String prefix) {
        String message = assertThrows(
                        IllegalArgumentException.class, () -> builder().prefix(prefix))
                .getMessage();
        assertTrue(message.contains("\"" + prefix + "\""), message);
    }
}

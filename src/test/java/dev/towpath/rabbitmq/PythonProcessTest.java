package dev.towpath.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.GroupSend;
import dev.towpath.Message;
import dev.towpath.Names;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Exchanges messages with a process that behaves as Python's does. */
class PythonProcessTest extends BrokerTest {
    private static final String INBOX = "channels_QipcWvltDEiv";

    @Test
    void pythonAnswersToTheNameItWasGiven() throws Exception {
        RabbitMqLayer layer = open();
        String reply = layer.newProcessChannel("specific");
        try (PythonProcess python = new PythonProcess(INBOX)) {
            layer.send(python.newChannel(), Map.of("type", "ask", "reply", reply));
            Map<String, Object> asked = python.receive();
            assertEquals(Map.of("type", "ask", "reply", reply, "__asgi_channel__", python.newChannel()), asked);
            assertTrue(python.send((String) asked.get("reply"), Map.of("type", "answer", "b", new byte[] {-1, 0})));
            Message answer = layer.receive(Names.queueOf(reply));
            assertEquals(reply, answer.channel());
            assertEquals("answer", answer.map().get("type"));
            assertArrayEquals(new byte[] {-1, 0}, (byte[]) answer.map().get("b"));
            assertEquals(Set.of("type", "b"), answer.map().keySet());
        }
    }

    @Test
    void bytesTravelToPythonAsTheOnlyEntryOfAMap() throws Exception {
        RabbitMqLayer layer = open();
        try (PythonProcess python = new PythonProcess(INBOX)) {
            layer.send(python.newChannel(), new byte[] {1, 2});
            assertArrayEquals(new byte[] {1, 2}, (byte[]) python.receive().get("__towpath_bytes__"));
            python.send("towpath-jobs!", Map.of("__towpath_bytes__", new byte[] {3}));
        }
        assertNull(layer.tryReceive("towpath-jobs!"), "nobody had declared the queue, so the message is dropped");
    }

    @Test
    void pythonFeedsAQueueOfWorkThatJvmsShare() throws Exception {
        RabbitMqLayer one = open();
        RabbitMqLayer other = open();
        assertNull(one.tryReceive("towpath-jobs!"));
        try (PythonProcess python = new PythonProcess(INBOX)) {
            assertTrue(python.send("towpath-jobs!a", Map.of("type", "job", "n", 1)));
            assertTrue(python.send("towpath-jobs!b", Map.of("type", "job", "n", 2)));
        }
        Message first = other.tryReceive("towpath-jobs!");
        assertEquals("towpath-jobs!a", first.channel());
        assertEquals(Map.of("type", "job", "n", 1L), first.map());
        assertEquals("towpath-jobs!b", one.receive("towpath-jobs!").channel());
    }

    @Test
    void groupsHaveMembersOnBothSides() throws Exception {
        RabbitMqLayer layer = open();
        String a = layer.newProcessChannel("chat");
        String b = layer.newProcessChannel("chat");
        String reply = layer.newChannel("reply?");
        for (String member : new String[] {a, b, reply, "towpath-log"}) {
            layer.group("towpath-room").add(member);
        }
        try (PythonProcess python = new PythonProcess(INBOX)) {
            python.groupAdd("towpath-room");
            assertEquals(new GroupSend(1, 0), layer.group("towpath-room").send(Map.of("type", "from.java")));
            assertEquals(Map.of("type", "from.java", "__asgi_group__", "towpath-room"), python.receive());
            assertTrue(python.groupSend("towpath-room", Map.of("type", "from.python")));
            assertEquals(Map.of("type", "from.python", "__asgi_group__", "towpath-room"), python.receive());
        }
        for (String type : new String[] {"from.java", "from.python"}) {
            Set<String> names = new HashSet<>();
            for (int i = 0; i < 2; i++) {
                Message copy = layer.receive(Names.queueOf(a));
                assertEquals(Map.of("type", type), copy.map());
                names.add(copy.channel());
            }
            assertEquals(Set.of(a, b), names);
            assertEquals(Map.of("type", type), layer.receive(reply).map());
            assertEquals(Map.of("type", type), layer.receive("towpath-log").map());
        }
        assertNull(layer.tryReceive(Names.queueOf(a), reply, "towpath-log"));
    }

    @Test
    void whatIsNoMessageOfALayerHurtsNobody() throws Exception {
        RabbitMqLayer layer = open();
        String name = layer.newProcessChannel("specific");
        try (PythonProcess python = new PythonProcess(INBOX)) {
            python.groupSend("towpath-none", new LinkedHashMap<>());
            Map<String, Object> strange = new LinkedHashMap<>(Map.of("__asgi_group__", "towpath-none"));
            assertTrue(python.send(name.substring(0, name.indexOf('!')) + "!no name", strange));
            assertTrue(python.send(name, Map.of("type", "good")));
        }
        assertEquals(Map.of("type", "good"), layer.receive(Names.queueOf(name)).map());
        assertNull(layer.tryReceive(Names.queueOf(name)));
    }
}

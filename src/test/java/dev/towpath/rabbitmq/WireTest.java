package dev.towpath.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.Background;
import dev.towpath.Names;
import dev.towpath.brokers.RabbitBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Compares the frames that a layer sends with those that were recorded from channels_rabbitmq 4.
 *
 * <p>Python asks for no answers, and does not ask to get back what nobody can read: these two bits differ. So do the
 * names that either makes up, the order of a queue's arguments, and the types of the integers among them: Python writes
 * the smallest that holds a value, {@code b} and {@code u} here, and Java's client {@code I} and {@code l}. Methods are
 * compared in words, which show neither order nor types. Left out are the exchange by which layers ask each other to
 * clear and the binding of the inbox to it, which Python does not have, and what opens and closes connections and AMQP
 * channels.
 */
class WireTest extends BrokerTest {
    private static final String RECORDED_INBOX = "channels_QipcWvltDEiv";

    private static final String EXCHANGE_DECLARE = "0028000a00000667726f757073066469726563741000000000";
    private static final String QUEUE_DECLARE_PASSIVE =
            "0032000a0000156368616e6e656c735f5169706357766c74444569761100000000";
    private static final String QUEUE_DECLARE = "0032000a0000156368616e6e656c735f5169706357766c7444456976140000003e"
            + "0c782d6d61782d6c656e67746862020d782d6d6573736167652d74746c75ea600a782d6f766572666c6f77530000000e"
            + "72656a6563742d7075626c697368";
    private static final String QOS = "003c000a00000000000100";
    private static final String CONSUME =
            "003c00140000156368616e6e656c735f5169706357766c74444569760863617265686172650800000000";
    private static final String CONFIRM_SELECT = "0055000a01";
    private static final String PUBLISH = "003c0028000000156368616e6e656c735f5169706357766c744445697600";
    private static final String CONTENT_HEADER = "003c0000000000000000004b0000";
    private static final String BODY = "85a474797065a161a16e01a162c402ff00a174a2c2a3b05f5f617367695f6368616e6e656c5f5f"
            + "d9226368616e6e656c735f5169706357766c7444456976214c63555465487a477a50474e";
    private static final String BIND =
            "003200140000156368616e6e656c735f5169706357766c74444569760667726f75707304726f6f" + "6d0100000000";
    private static final String GROUP_PUBLISH = "003c002800000667726f757073" + "04726f6f6d00";
    private static final String GROUP_BODY = "82a474797065a167ae5f5f617367695f67726f75705f5fa4726f6f6d";
    private static final String ACK = "003c0050000000000000000100";

    /** Says what was recorded in words, as a layer with this inbox and with answers should say it. */
    private static String recorded(String hex, String inbox) {
        byte[] payload = HexFormat.of().parseHex(hex);
        return answered(new FrameTap.Frame(0, 1, payload).described()).replace(RECORDED_INBOX, inbox);
    }

    private static String answered(String described) {
        return described.replace("nowait=true", "nowait=false");
    }

    private static String inboxOf(RabbitMqLayer layer) {
        return layer.engine().addresses().inbox();
    }

    private static List<String> methods(FrameTap tap, String what) {
        return tap.frames().stream()
                .map(FrameTap.Frame::described)
                .filter(each -> each.startsWith("#method<" + what))
                .map(WireTest::answered)
                .toList();
    }

    private RabbitMqLayer openTapped(FrameTap tap) {
        return openAt(
                through(tap.port()),
                builder -> builder.localCapacity(1).remoteCapacity(2).expiry(Duration.ofSeconds(60)));
    }

    @Test
    void anInboxIsMadeAsPythonMakesIts() throws Exception {
        try (FrameTap tap = new FrameTap(RabbitBroker.shared().port())) {
            RabbitMqLayer layer = openTapped(tap);
            String inbox = inboxOf(layer);
            layer.close();
            assertTrue(inbox.matches("channels_[A-Za-z]{12}"), inbox);
            List<String> consuming = tap.frames().stream()
                    .filter(frame -> frame.connection() == 1)
                    .map(FrameTap.Frame::described)
                    .map(WireTest::answered)
                    .filter(each -> !each.contains("asgi:control"))
                    .filter(each -> each.matches("#method<(exchange|queue|basic)\\..*"))
                    .collect(Collectors.toList());
            assertEquals(
                    List.of(
                            recorded(EXCHANGE_DECLARE, inbox),
                            recorded(QUEUE_DECLARE_PASSIVE, inbox),
                            recorded(QUEUE_DECLARE, inbox),
                            recorded(QOS, inbox),
                            recorded(CONSUME, inbox)),
                    consuming.subList(0, 5));
            assertEquals(
                    List.of(recorded(CONFIRM_SELECT, inbox), recorded(CONFIRM_SELECT, inbox)),
                    methods(tap, "confirm.select"));
        }
    }

    @Test
    void aMessageIsSentAsPythonSendsIt() throws Exception {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("type", "a");
        message.put("n", 1);
        message.put("b", new byte[] {-1, 0});
        message.put("t", "£");
        try (FrameTap tap = new FrameTap(RabbitBroker.shared().port())) {
            openTapped(tap).send(RECORDED_INBOX + "!LcUTeHzGzPGN", message);
            List<FrameTap.Frame> publishing = tap.frames().stream()
                    .filter(frame -> frame.connection() == 0)
                    .toList();
            List<FrameTap.Frame> last = publishing.subList(publishing.size() - 3, publishing.size());
            assertEquals(
                    recorded(PUBLISH, RECORDED_INBOX).replace("mandatory=false", "mandatory=true"),
                    last.get(0).described());
            assertEquals(CONTENT_HEADER, last.get(1).hex());
            assertEquals(BODY, last.get(2).hex());
        }
    }

    @Test
    void aGroupIsJoinedAndSentToAsInPython() throws Exception {
        try (FrameTap tap = new FrameTap(RabbitBroker.shared().port())) {
            RabbitMqLayer layer = openTapped(tap);
            String member = layer.newProcessChannel("x");
            layer.group("room").add(member);
            layer.group("room").send(Map.of("type", "g"));
            assertEquals("g", layer.receive(Names.queueOf(member)).map().get("type"));
            assertTrue(methods(tap, "queue.bind").contains(recorded(BIND, inboxOf(layer))));
            List<String> sent = tap.frames().stream()
                    .filter(frame -> frame.connection() == 0)
                    .map(FrameTap.Frame::described)
                    .toList();
            assertEquals(
                    recorded(GROUP_PUBLISH, "").replace("mandatory=false", "mandatory=true"),
                    sent.get(sent.size() - 3));
            assertEquals(GROUP_BODY, sent.get(sent.size() - 1));
            Background.await(() -> methods(tap, "basic.ack").equals(List.of(recorded(ACK, ""))));
        }
    }

    @Test
    void aSharedQueueIsDeclaredOnceAndAgainBeforeItCouldExpire() throws Exception {
        try (FrameTap tap = new FrameTap(RabbitBroker.shared().port())) {
            RabbitMqLayer layer = openAt(through(tap.port()), builder -> builder.capacity(7));
            for (int i = 0; i < 5; i++) {
                layer.send("declared", new byte[1]);
            }
            String declared = methods(tap, "queue.declare").stream()
                    .filter(each -> each.contains("queue=asgi:declared,"))
                    .collect(Collectors.joining());
            assertEquals(declared.indexOf("queue="), declared.lastIndexOf("queue="), declared);
            for (String argument : List.of(
                    "durable=true, exclusive=false, auto-delete=false",
                    "x-queue-type=classic",
                    "x-max-length=7",
                    "x-overflow=reject-publish",
                    "x-message-ttl=60000",
                    "x-expires=180000")) {
                assertTrue(declared.contains(argument), declared);
            }
            RabbitMqLayer brief = openAt(through(tap.port()), builder -> builder.expiry(Duration.ofMillis(50)));
            Background.await(() -> {
                brief.trySend("again", new byte[1]);
                return methods(tap, "queue.declare").stream()
                                .filter(each -> each.contains("queue=asgi:again,") && each.contains("x-expires=60000"))
                                .count()
                        >= 2;
            });
        }
    }

    @Test
    void whoeverWaitsForAnAnswerAsksTheBrokerForNothing() throws Exception {
        try (FrameTap tap = new FrameTap(RabbitBroker.shared().port())) {
            RabbitMqLayer layer = openTapped(tap);
            List<String> before = methods(tap, "queue.declare");
            List<Background<Integer>> waiting = new ArrayList<>();
            List<String> names = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                String name = layer.newChannel("answer?");
                names.add(name);
                waiting.add(Background.startVirtual(() -> layer.receive(name).bytes().length));
            }
            for (Background<Integer> each : waiting) {
                each.awaitWaiting();
            }
            assertEquals(before, methods(tap, "queue.declare"), "whoever asks what is on its way asks the inbox");
            for (int i = 0; i < 50; i++) {
                layer.send(names.get(i), new byte[i]);
                assertEquals(i, waiting.get(i).result());
            }
        }
    }

    @Test
    void tablesAreReadAsTheBrokerReadsThem() {
        String described = new FrameTap.Frame(0, 1, HexFormat.of().parseHex(QUEUE_DECLARE)).described();
        assertTrue(described.contains("x-max-length=2"), described);
        assertTrue(described.contains("x-message-ttl=60000"), described);
        assertTrue(described.contains("exclusive=true"), described);
    }
}

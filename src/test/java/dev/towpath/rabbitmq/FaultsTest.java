package dev.towpath.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.towpath.BackendUnavailableException;
import dev.towpath.BackendUnavailableException.Outcome;
import dev.towpath.Background;
import dev.towpath.ChannelFullException;
import dev.towpath.GroupSend;
import dev.towpath.Message;
import dev.towpath.Names;
import dev.towpath.WireFormatException;
import dev.towpath.brokers.Proxy;
import dev.towpath.brokers.RabbitBroker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Says what a layer does when the broker cannot be reached, refuses, or holds something else. */
class FaultsTest extends BrokerTest {
    /** So short that only what must fail anyway is done within it. */
    private static final Duration SHORT = Duration.ofMillis(200);

    private final RabbitBroker broker = RabbitBroker.shared();
    private final Proxy proxy = Proxy.to(broker.port());

    @AfterEach
    void closeProxy() {
        proxy.close();
    }

    private static void assertOutcome(Outcome expected, Executable call) {
        assertEquals(
                expected, assertThrows(BackendUnavailableException.class, call).outcome());
    }

    @Test
    void aBrokerThatIsNotThereIsToldAndNothingIsLeft() {
        proxy.shutOut();
        assertOutcome(Outcome.NOT_SENT, () -> openAt(through(proxy.port()), builder -> builder.connectTimeout(SHORT)));
        proxy.letIn();
        Background.await(() -> proxy.connections() == 0);
    }

    @Test
    void whatWillNeverBeRightIsToldAtOnceAndWithoutThePassword() {
        String uri = broker.uri();
        Duration hour = Duration.ofHours(1);
        for (String wrong : List.of(uri.replace("guest@", "secret@"), uri + "/no-such-host")) {
            BackendUnavailableException refused = assertThrows(
                    BackendUnavailableException.class, () -> openAt(wrong, builder -> builder.connectTimeout(hour)));
            assertEquals(Outcome.NOT_SENT, refused.outcome());
            assertFalse(refused.getMessage().contains("secret"), refused.getMessage());
        }
    }

    @Test
    void everyWaitForABrokerThatDoesNotAnswerIsBounded() throws Exception {
        RabbitMqLayer layer = openAt(through(proxy.port()), builder -> builder.commandTimeout(SHORT));
        var receiving = Background.startVirtual(() -> layer.receive("frozen-too"));
        receiving.awaitWaiting();
        proxy.freeze();
        assertOutcome(Outcome.UNKNOWN, () -> layer.send(layer.newChannel("x?"), new byte[2]));
        assertThrows(BackendUnavailableException.class, () -> layer.tryReceive("frozen"));
        assertThrows(BackendUnavailableException.class, () -> layer.statistics("frozen"));
        assertNull(layer.receive(Duration.ofMillis(50), "frozen"));
        proxy.thaw();
        proxy.reset();
        RabbitMqLayer other = open();
        other.send("frozen-too", new byte[3]);
        assertEquals(3, receiving.result().bytes().length);
    }

    @Test
    void aSlowConnectionOnlyTakesLonger() throws Exception {
        RabbitMqLayer layer = openAt(through(proxy.port()), builder -> builder);
        proxy.delay(Duration.ofMillis(20));
        layer.send("slow", new byte[1]);
        assertEquals(1, layer.receive("slow").bytes().length);
        String name = layer.newChannel("x?");
        layer.send(name, new byte[2]);
        assertEquals(2, layer.tryReceive(name).bytes().length);
        assertNull(layer.receive(Duration.ofMillis(1), "slow", name));
    }

    @Test
    void whileTheConnectionIsLostGroupsMayChangeAndSendingWaits() throws Exception {
        RabbitMqLayer layer = openAt(through(proxy.port()), builder -> builder);
        RabbitMqLayer hasty = openAt(through(proxy.port()), builder -> builder.commandTimeout(SHORT));
        RabbitMqLayer other = open();
        String stays = layer.newChannel("x?");
        layer.group("towpath-lost").add("lost-goes");
        layer.group("towpath-lost").add(stays);
        proxy.shutOut();
        Background.await(() -> !layer.engine().isConnected());
        layer.group("towpath-lost").discard("lost-goes");
        layer.group("towpath-lost").add("lost-comes");
        layer.group("towpath-lost").add("lost-goes");
        layer.group("towpath-lost").discard("lost-goes");
        Background.await(() -> !hasty.engine().isConnected());
        assertOutcome(Outcome.NOT_SENT, () -> hasty.send("lost-comes", new byte[1]));
        proxy.letIn();
        Background.await(layer.engine()::isConnected);
        Background.await(() -> {
            other.group("towpath-lost").send(new byte[2]);
            return layer.tryReceive("lost-comes") != null;
        });
        assertEquals(2, layer.receive(stays).bytes().length);
        layer.receiver("lost-goes").drain((channel, payload) -> {}, 1_000);
        assertEquals(new GroupSend(1, 0), other.group("towpath-lost").send(new byte[3]));
        assertNull(layer.tryReceive("lost-goes"));
    }

    @Test
    void aNameThatAnotherHasTakenIsWaitedFor() throws Exception {
        RabbitMqLayer layer = openAt(through(proxy.port()), builder -> builder);
        String inbox = layer.engine().addresses().inbox();
        try (Connection thief = connect()) {
            proxy.shutOut();
            Background.await(() -> declares(thief, inbox));
            long before = proxy.accepted();
            proxy.letIn();
            Background.await(
                    () -> proxy.accepted() > before + 1 && !layer.engine().isConnected());
        }
        String name = layer.newChannel("x?");
        Background.await(layer.engine()::isConnected);
        layer.send(name, new byte[1]);
        assertEquals(1, layer.receive(name).bytes().length);
    }

    /** Declares an exclusive queue, if nobody else has it. */
    private static boolean declares(Connection connection, String queue) {
        try {
            connection.createChannel().queueDeclare(queue, false, true, false, Map.of());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aQueueOfOtherSettingsIsUsedAsItIsAndAnExclusiveOneIsRefused() throws Exception {
        try (Connection connection = connect();
                Channel channel = connection.createChannel()) {
            channel.queueDeclare("asgi:foreign", false, true, false, Map.of());
            channel.queueDeclare(
                    "asgi:other", true, false, false, Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
            RabbitMqLayer layer = open();
            layer.send("other", new byte[1]);
            assertThrows(ChannelFullException.class, () -> layer.send("other", new byte[2]));
            assertEquals(1, layer.receive("other").bytes().length);
            for (Executable use : List.<Executable>of(
                    () -> layer.send("foreign", new byte[1]),
                    () -> layer.tryReceive("foreign"),
                    () -> layer.receive("foreign"),
                    () -> layer.group("g").add("foreign"))) {
                assertTrue(assertThrows(UnsupportedOperationException.class, use)
                        .getMessage()
                        .contains("asgi:foreign"));
            }
            assertEquals(0, layer.group("g").size());
        }
    }

    @Test
    void anExchangeOfAnotherKindIsToldAtOnce() throws Exception {
        try (Connection connection = connect();
                Channel channel = connection.createChannel()) {
            channel.exchangeDeclare("towpath-fanout", "fanout", false, true, Map.of());
            WireFormatException wrong = assertThrows(
                    WireFormatException.class,
                    () -> open(
                            builder -> builder.groupsExchange("towpath-fanout").connectTimeout(Duration.ofHours(1))));
            assertEquals("exchange towpath-fanout", wrong.key());
            channel.exchangeDelete("towpath-fanout");
        }
    }

    @Test
    void aQueueThatSomebodyDeletesIsThereAgain() throws Exception {
        RabbitMqLayer layer = open();
        layer.send("deleted", new byte[1]);
        var receiving = Background.start(() -> {
            Message first = layer.receive("deleted");
            return first.bytes().length + layer.receive("deleted").bytes().length;
        });
        Address address = layer.engine().addresses().of("deleted");
        Background.await(() -> layer.engine().sharedQueues().consumers(address) == 1);
        try (Connection connection = connect();
                Channel channel = connection.createChannel()) {
            channel.queueDelete("asgi:deleted");
        }
        layer.send("deleted", new byte[2]);
        assertEquals(3, receiving.result());
    }

    @Test
    void aChannelWhoseQueueSomebodyDeletedMayJoinAGroup() throws Exception {
        RabbitMqLayer layer = open();
        layer.send("joins", new byte[1]);
        try (Connection connection = connect();
                Channel channel = connection.createChannel()) {
            channel.queueDelete("asgi:joins");
        }
        layer.group("towpath-joined").add("joins");
        assertEquals(new GroupSend(1, 0), layer.group("towpath-joined").send(new byte[2]));
        assertEquals(2, layer.receive("joins").bytes().length);
    }

    @Test
    void anExchangeThatSomebodyDeletesIsThereAgain() throws Exception {
        RabbitMqLayer layer = open(builder -> builder.groupsExchange("towpath-deleted"));
        String member = layer.newChannel("x?");
        layer.group("g").add(member);
        layer.group("g").add("deleted-member");
        try (Connection connection = connect();
                Channel channel = connection.createChannel()) {
            channel.exchangeDelete("towpath-deleted");
        }
        assertOutcome(Outcome.UNKNOWN, () -> layer.group("g").send(new byte[1]));
        assertEquals(new GroupSend(1, 0), layer.group("g").send(new byte[2]));
        assertEquals(2, layer.receive(member).bytes().length);
        Background.await(() -> {
            layer.group("g").send(new byte[3]);
            return layer.tryReceive("deleted-member") != null;
        });
    }

    @Test
    void nobodyWaitsAtAQueueThatAnotherReadsAlone() throws Exception {
        RabbitMqLayer layer = open();
        layer.send("alone", new byte[1]);
        try (Connection connection = connect();
                Channel channel = connection.createChannel()) {
            channel.basicConsume("asgi:alone", true, "", false, true, Map.of(), (tag, delivery) -> {}, tag -> {});
            WireFormatException refused = assertThrows(WireFormatException.class, () -> layer.receive("alone"));
            assertEquals("queue asgi:alone", refused.key());
        }
    }

    @Test
    void aReceiverThatFailsAtOneQueueLeavesTheOthers() throws Exception {
        RabbitMqLayer layer = open();
        var receiving = Background.startVirtual(() -> layer.receive("fails", "stays"));
        Address stays = layer.engine().addresses().of("stays");
        Background.await(() -> layer.engine().sharedQueues().consumers(stays) == 1);
        layer.engine().mailroom().fail("fails", new UnsupportedOperationException("cannot be used"));
        assertEquals("cannot be used", receiving.failure().getMessage());
        Background.await(() -> layer.engine().sharedQueues().consumers(stays) == 0);
    }

    @Test
    void anInboxThatSomebodyDeletesIsMadeAgain() throws Exception {
        RabbitMqLayer layer = open();
        String name = layer.newChannel("x?");
        layer.group("towpath-inbox").add(name);
        broker.toBeHurt().deleteQueue(layer.engine().addresses().inbox());
        Background.await(() -> layer.group("towpath-inbox").send(new byte[1]).delivered() == 1);
        assertEquals(1, layer.receive(name).bytes().length);
        assertNull(layer.tryReceive(name));
    }

    @Test
    void anInboxThatTheBrokerNoLongerServesIsMadeAgain() throws Exception {
        RabbitMqLayer layer = open();
        String name = layer.newChannel("x?");
        layer.engine().session().inboxChannel().basicAck(77, false); // for that, brokers close the AMQP channel
        var receiving = Background.startVirtual(() -> layer.receive(name));
        Background.await(() -> layer.trySend(name, new byte[1]) && receiving.isDone());
        assertEquals(1, receiving.result().bytes().length);
    }

    @Test
    void nothingIsLeftOfLayersThatWereClosed() throws Exception {
        List<RabbitMqLayer> layers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            RabbitMqLayer layer = openAt(through(proxy.port()), builder -> builder);
            layer.send("left", new byte[1]);
            assertEquals(1, layer.receive("left", layer.newChannel("x?")).bytes().length);
            layers.add(layer);
        }
        assertEquals(10, proxy.connections());
        assertTrue(VirtualThreads.named("towpath-rabbitmq") > 0);
        layers.forEach(RabbitMqLayer::close);
        Background.await(() -> proxy.connections() == 0);
        Background.await(() -> VirtualThreads.named("towpath-rabbitmq") == 0);
    }

    @Test
    void afterARestartOfTheBrokerEverythingWorksAgain() throws Exception {
        RabbitMqLayer layer = open();
        RabbitMqLayer hasty = open(builder -> builder.commandTimeout(SHORT));
        String name = layer.newProcessChannel("x");
        layer.group("towpath-restart").add(name);
        layer.group("towpath-restart").add("restart");
        layer.send("restart-lost", new byte[1]);
        var receiving = Background.startVirtual(() -> layer.receive("restart-waits"));
        receiving.awaitWaiting();
        broker.toBeHurt().stop();
        Background.await(() -> !layer.engine().isConnected());
        Background.await(() -> !hasty.engine().isConnected());
        assertOutcome(Outcome.NOT_SENT, () -> hasty.send("restart", new byte[1]));
        broker.start();
        Background.await(layer.engine()::isConnected);
        Background.await(() -> {
            try {
                return layer.trySend("restart-waits", new byte[2]);
            } catch (BackendUnavailableException e) {
                return false;
            }
        });
        assertEquals(2, receiving.result().bytes().length);
        assertEquals(new GroupSend(1, 0), layer.group("towpath-restart").send(new byte[3]));
        assertEquals(3, layer.receive("restart").bytes().length);
        assertEquals(name, layer.receive(Names.queueOf(name)).channel());
        assertNull(layer.tryReceive("restart-lost"));
    }
}

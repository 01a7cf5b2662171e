package dev.towpath.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.Background;
import dev.towpath.ChannelFullException;
import dev.towpath.GroupSend;
import dev.towpath.Message;
import dev.towpath.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Says what holds for the names that a layer makes, whose messages come to its inbox. */
class InboxTest extends BrokerTest {
    @Test
    void whatFitsNeitherHereNorAtTheBrokerIsRefused() throws Exception {
        RabbitMqLayer layer = open(builder -> builder.localCapacity(1).remoteCapacity(1));
        String name = layer.newProcessChannel("x");
        layer.send(name, Map.of("n", 1));
        Background.await(() -> layer.statistics(Names.queueOf(name)).messagesPending() == 1);
        layer.send(name, Map.of("n", 2));
        ChannelFullException full = assertThrows(ChannelFullException.class, () -> layer.send(name, Map.of("n", 3)));
        assertEquals(name, full.channel());
        for (long n = 1; n <= 2; n++) {
            assertEquals(n, layer.receive(Names.queueOf(name)).map().get("n"));
        }
        assertNull(layer.tryReceive(Names.queueOf(name)));
    }

    @Test
    void aSlowReaderStopsNobodyElse() throws Exception {
        RabbitMqLayer layer =
                open(builder -> builder.localCapacity(8).remoteCapacity(1_000).capacity("slow?*", 5));
        RabbitMqLayer sender = open();
        String slow = layer.newChannel("slow?");
        String fast = layer.newChannel("fast?");
        for (int i = 0; i < 100; i++) {
            sender.send(slow, Map.of("n", i));
            sender.send(fast, Map.of("n", i));
            assertEquals((long) i, layer.receive(fast).map().get("n"));
        }
        for (long n = 0; n < 5; n++) {
            assertEquals(n, layer.tryReceive(slow).map().get("n"));
        }
        assertNull(layer.tryReceive(slow));
        assertEquals(95, layer.statistics().channelFullCount());
    }

    @Test
    void manySlowReadersLeaveAPlaceForTheOthers() throws Exception {
        RabbitMqLayer layer = open(builder -> builder.localCapacity(8).remoteCapacity(1_000));
        for (int reader = 0; reader < 6; reader++) {
            String slow = layer.newChannel("slow?");
            for (int i = 0; i < 20; i++) {
                layer.send(slow, new byte[1]);
            }
        }
        String fast = layer.newChannel("fast?");
        layer.send(fast, new byte[2]);
        assertEquals(2, layer.receive(fast).bytes().length);
    }

    @Test
    void whatIsNotReadHereExpiresHere() {
        RabbitMqLayer layer =
                open(builder -> builder.expiry(Duration.ofMillis(20)).localCapacity(1));
        String name = layer.newChannel("x?");
        layer.send(name, new byte[1]);
        Background.await(() -> layer.statistics().expiredCount() == 1);
        assertNull(layer.tryReceive(name));
    }

    @Test
    void whatIsNotReadAtTheBrokerExpiresThere() {
        RabbitMqLayer layer =
                open(builder -> builder.expiry(Duration.ofMillis(200)).localCapacity(1));
        String name = layer.newChannel("x?");
        for (int i = 0; i < 10; i++) {
            layer.send(name, new byte[1]);
        }
        Background.await(() -> layer.statistics().messagesPending() == 0);
        layer.send(name, new byte[2]);
        Background.await(() -> {
            Message message = layer.tryReceive(name);
            return message == null || message.bytes().length == 2;
        });
    }

    @Test
    void messagesToAGroupThatIsFullVanishAndLaterOnesArrive() throws Exception {
        RabbitMqLayer layer = open(builder -> builder.localCapacity(1).remoteCapacity(1));
        String name = layer.newProcessChannel("x");
        layer.group("towpath-full").add(name);
        int full = 0;
        while (full == 0) {
            full = layer.group("towpath-full").send(Map.of("n", 1)).full();
        }
        Background.await(() -> {
            layer.tryReceive(Names.queueOf(name));
            return layer.group("towpath-full").send(Map.of("n", 2)).equals(new GroupSend(1, 0));
        });
        Message message = layer.receive(Names.queueOf(name));
        while (!message.map().equals(Map.of("n", 2L))) {
            message = layer.receive(Names.queueOf(name));
        }
    }

    @Test
    void messagesToAGroupWithoutMembersHereDoNotBlockTheInbox() throws Exception {
        RabbitMqLayer layer = open(builder -> builder.localCapacity(2));
        String gone = layer.newChannel("gone?");
        String stays = layer.newChannel("stays?");
        layer.group("towpath-g").add(gone);
        layer.group("towpath-h").add(stays);
        layer.engine().groups().memberships().remove("towpath-g", gone);
        for (int i = 0; i < 10; i++) {
            assertEquals(new GroupSend(1, 0), layer.group("towpath-g").send(new byte[1]));
        }
        layer.group("towpath-h").send(new byte[2]);
        assertEquals(2, layer.receive(stays).bytes().length);
    }

    @Test
    void whatIsSentToANameWhoseLayerIsGoneIsDropped() {
        RabbitMqLayer gone = open();
        RabbitMqLayer layer = open();
        String name = gone.newChannel("x?");
        gone.close();
        layer.send(name, new byte[1]);
        assertTrue(layer.trySend(name, new byte[1]));
        assertEquals(2, layer.statistics().messagesCount());
        assertEquals(2, layer.statistics().expiredCount());
    }

    @Test
    void onlyTheLayerThatMadeANameReceivesFromItAndPutsItIntoGroups() {
        RabbitMqLayer owner = open();
        RabbitMqLayer other = open();
        for (String name : List.of(owner.newChannel("x?"), owner.newProcessChannel("x"))) {
            String queue = Names.queueOf(name);
            String reason = assertThrows(UnsupportedOperationException.class, () -> other.receiver(queue))
                    .getMessage();
            assertTrue(reason.contains("only the layer that made the name"), reason);
            reason = assertThrows(UnsupportedOperationException.class, () -> other.group("g")
                            .add(name))
                    .getMessage();
            assertTrue(reason.contains(name) && reason.contains("exclusive"), reason);
            assertEquals(0, other.group("g").size());
            assertNotNull(owner.receiver(queue));
            owner.group("g").add(name);
            owner.group("g").add(name);
            owner.group("g").discard(name);
            owner.group("g").discard(name);
            assertEquals(new GroupSend(0, 0), owner.group("g").send(new byte[1]));
        }
    }

    @Test
    void exchangesOfOtherNamesAreOtherWorlds() throws Exception {
        RabbitMqLayer one = open(builder -> builder.groupsExchange("towpath-groups1"));
        RabbitMqLayer other = open(builder -> builder.groupsExchange("towpath-groups2"));
        String name = other.newProcessChannel("x");
        other.group("g").add(name);
        assertEquals(new GroupSend(0, 0), one.group("g").send(new byte[1]));
        assertEquals(new GroupSend(1, 0), other.group("g").send(new byte[2]));
        assertEquals(2, other.receive(Names.queueOf(name)).bytes().length);
    }

    @Test
    void manyMaySendToInboxesAndGroupsAtTheSameTime() throws Exception {
        RabbitMqLayer one = open(builder -> builder.capacity(1_000).remoteCapacity(1_000));
        RabbitMqLayer other = open(builder -> builder.capacity(1_000).remoteCapacity(1_000));
        String name = one.newProcessChannel("x");
        one.group("towpath-many").add(name);
        List<Background<Boolean>> sending = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Map<String, Object> direct = Map.of("direct", i);
            Map<String, Object> toGroup = Map.of("group", i);
            sending.add(Background.startVirtual(() -> other.trySend(name, direct)));
            sending.add(Background.startVirtual(
                    () -> one.group("towpath-many").send(toGroup).delivered() == 1));
        }
        Set<Map<String, Object>> received = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            assertTrue(received.add(one.receive(Names.queueOf(name)).map()));
        }
        for (Background<Boolean> each : sending) {
            assertTrue(each.result());
        }
        assertFalse(one.engine().mailroom().isWanted(Names.queueOf(name)));
    }
}

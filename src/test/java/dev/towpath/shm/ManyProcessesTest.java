package dev.towpath.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.GroupSend;
import dev.towpath.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests what processes do together that nobody disturbs. */
class ManyProcessesTest {

    private static final int CAPACITY = 50;

    private final List<PeerJvm> peers = new ArrayList<>();

    @TempDir
    private Path directory;

    private SharedMemoryLayer layer;

    @BeforeEach
    void open() {
        layer = Peer.open(directory, "many", CAPACITY);
    }

    @AfterEach
    void endAll() {
        peers.forEach(PeerJvm::close);
        layer.close();
    }

    private PeerJvm start(String part, Object... arguments) {
        List<Object> all = new ArrayList<>(List.of(part, directory, "many", CAPACITY));
        all.addAll(List.of(arguments));
        PeerJvm peer = PeerJvm.start(Peer.class, all.toArray());
        peers.add(peer);
        return peer;
    }

    @Test
    void nothingIsLostOrComesTwiceOnOneChannel() {
        exchange(3, 3, 10_000, "one");
    }

    @Test
    void nothingIsLostOrComesTwiceOnSeveralChannels() {
        exchange(2, 3, 15_000, "one", "two", "three?x", "four");
    }

    @Test
    void oneReceiverGetsAllFromManySenders() {
        exchange(4, 1, 8_000, "one");
    }

    private void exchange(int producers, int consumers, int count, String... channels) {
        List<String> names = List.of(channels);
        List<PeerJvm> sending = new ArrayList<>();
        List<PeerJvm> receiving = new ArrayList<>();
        for (int i = 0; i < consumers; i++) {
            List<Object> arguments = new ArrayList<>(List.of(directory.resolve("received" + i)));
            arguments.addAll(names);
            receiving.add(start("consume", arguments.toArray()));
        }
        for (int i = 0; i < producers; i++) {
            List<Object> arguments = new ArrayList<>(List.of(i, directory.resolve("sent" + i), count));
            arguments.addAll(names);
            sending.add(start("produce", arguments.toArray()));
        }
        finish(sending);
        receiving.forEach(peer -> peer.say("stop"));
        finish(receiving);
        Ledger ledger = new Ledger();
        for (int i = 0; i < producers; i++) {
            ledger.sender(i, Journal.open(directory.resolve("sent" + i)));
        }
        for (int i = 0; i < consumers; i++) {
            ledger.receiver(Journal.open(directory.resolve("received" + i)));
        }
        assertEquals(List.of(), ledger.balance());
        assertEquals(0, ledger.lost());
        assertEquals((long) producers * count, ledger.messages());
        assertEquals((long) producers * count, layer.statistics().messagesCount());
        assertEquals(0, layer.statistics().messagesPending());
        assertEquals(1, layer.statistics().participants());
    }

    private static void finish(List<PeerJvm> peers) {
        for (PeerJvm peer : peers) {
            peer.expect("ready");
            peer.expect("done");
            peer.expectEnd();
        }
    }

    @Test
    void allSendersTogetherFillAChannelExactlyToItsCapacity() {
        List<PeerJvm> fillers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            fillers.add(start("fill"));
        }
        fillers.forEach(peer -> peer.expect("ready"));
        for (int round = 0; round < 30; round++) {
            String channel = "full." + round;
            fillers.forEach(peer -> peer.say(channel));
            int taken = 0;
            for (PeerJvm filler : fillers) {
                taken += Integer.parseInt(filler.readLine());
            }
            assertEquals(CAPACITY, taken);
            assertEquals(CAPACITY, layer.statistics(channel).messagesPending());
            assertEquals(400, layer.statistics(channel).channelFullCount());
        }
    }

    @Test
    void aChannelNeverHoldsMoreThanItsCapacityWhileManySendAndReceive() {
        List<PeerJvm> sending = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            sending.add(start("produce", i, directory.resolve("sent" + i), 10_000, "one"));
        }
        PeerJvm receiving = start("consume", directory.resolve("received"), "one");
        receiving.expect("ready");
        long most = 0;
        while (layer.statistics("one").messagesCount() < 20_000) {
            most = Math.max(most, layer.statistics("one").messagesPending());
        }
        assertTrue(most <= CAPACITY, () -> "more than the capacity waited");
        finish(sending);
        receiving.say("stop");
        receiving.expect("done");
    }

    /** A lost wake-up costs up to 100 ms, so that the hang guard of two minutes would find a few thousand of them. */
    @Test
    void sleepingProcessesWakeEachOther() throws InterruptedException {
        pingPong(start("echo", "ping", "pong", 4_000), 4_000);
    }

    @Test
    void aSenderThatIsInterruptedStillWakesAReceiverInAnotherProcess() throws InterruptedException {
        pingPong(start("echoInterrupted", "ping", "pong", 4_000), 4_000);
    }

    @Test
    void anInterruptedSenderHereStillWakesAReceiverInAnotherProcess() throws InterruptedException {
        PeerJvm peer = start("echo", "ping", "pong", 4_000);
        peer.expect("ready");
        for (int i = 0; i < 4_000; i++) {
            Thread.currentThread().interrupt();
            layer.send("ping", Stamp.payload(Stamp.of(1, i), 40));
            assertTrue(Thread.interrupted());
            assertEquals(i, sequence(layer.receive(Peer.LONG, "pong")));
        }
        peer.expect("done");
    }

    private void pingPong(PeerJvm peer, int rounds) throws InterruptedException {
        peer.expect("ready");
        for (int i = 0; i < rounds; i++) {
            layer.send("ping", Stamp.payload(Stamp.of(1, i), 40));
            assertEquals(i, sequence(layer.receive(Peer.LONG, "pong")));
        }
        peer.expect("done");
        peer.expectEnd();
    }

    private static int sequence(Message message) {
        return Stamp.sequence(Stamp.read(message.bytes()));
    }

    @Test
    void eachProcessGetsTheAnswersToItsOwnQuestions() throws InterruptedException {
        List<PeerJvm> asking = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            asking.add(start("ask", i + 1, "questions", 1_000));
        }
        for (int i = 0; i < 3_000; i++) {
            Map<String, Object> question = layer.receive("questions").map();
            layer.send((String) question.get("to"), Map.of("n", question.get("n")));
        }
        finish(asking);
        assertNull(layer.tryReceive("questions"));
    }

    @Test
    void aGroupReachesItsMembersInEveryProcess() {
        int rounds = 40; // fewer than the capacity: nobody can miss one
        List<PeerJvm> members = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            members.add(start("member", "room", rounds));
        }
        for (PeerJvm member : members) {
            member.expect("ready");
            member.expect("joined");
        }
        assertEquals(6, layer.group("room").size());
        for (int i = 0; i < rounds; i++) {
            byte[] payload = Stamp.payload(Stamp.of(1, i), i % 2 == 0 ? 100 : 3_000);
            assertEquals(new GroupSend(6, 0), layer.group("room").send(payload));
        }
        for (PeerJvm member : members) {
            member.expect(rounds + " and " + rounds);
            member.expect("done");
        }
    }
}

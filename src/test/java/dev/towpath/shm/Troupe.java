package dev.towpath.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.Message;
import dev.towpath.Receiver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Processes that send, broadcast, receive and churn on the same channels, whatever is done to them, and the balance of
 * what they did.
 */
final class Troupe implements AutoCloseable {

    static final int CAPACITY = 60;

    private static final String PREFIX = "troupe";
    private static final String GROUP = "all";
    private static final List<String> CHANNELS = List.of("one", "two", "three", "member.a", "member.b", "member.c");

    private final Path directory;
    private final Random random = new Random();
    private final List<Member> members = new ArrayList<>();
    private final Ledger ledger = new Ledger();
    private final List<Path> sent = new ArrayList<>();
    private final List<Path> received = new ArrayList<>();
    private int killed;
    private int killedReceivers;
    private long rounds;

    final SharedMemoryLayer layer;
    private final long messageBytes;
    private final long groupBytes;

    /** A process and its part. */
    private static final class Member {
        private final String part;
        private final PeerJvm peer;
        private boolean ready;

        Member(String part, PeerJvm peer) {
            this.part = part;
            this.peer = peer;
        }

        boolean isReady() {
            ready = ready || peer.hasSaid("ready");
            return ready;
        }

        void awaitReady() {
            if (!isReady()) {
                peer.expect("ready");
                ready = true;
            }
        }
    }

    Troupe(Path directory) {
        this.directory = directory;
        this.layer = Peer.open(directory, PREFIX, CAPACITY);
        for (String channel : CHANNELS) {
            layer.send(channel, Stamp.payload(Stamp.of(0, 0)));
            layer.tryReceive(channel);
        }
        for (String member : CHANNELS.subList(3, CHANNELS.size())) {
            layer.group(GROUP).add(member);
        }
        goOn(0);
        this.messageBytes = layer.statistics().messageMemory().usedBytes();
        this.groupBytes = layer.statistics().groupMemory().usedBytes();
    }

    /** Starts a process; it is ready when {@link #awaitAll} returns. */
    void start(String part) {
        List<Object> arguments = new ArrayList<>(List.of(part, directory, PREFIX, CAPACITY));
        switch (part) {
            case "produce" -> {
                arguments.addAll(List.of(sent.size(), journal(sent), Journal.MOST));
                arguments.addAll(CHANNELS.subList(0, 3));
            }
            case "broadcast" -> arguments.addAll(List.of(sent.size(), journal(sent), Journal.MOST, GROUP));
            case "consume" -> {
                arguments.add(journal(received));
                arguments.addAll(CHANNELS);
            }
            default -> {}
        }
        members.add(new Member(part, PeerJvm.start(Peer.class, arguments.toArray())));
    }

    private Path journal(List<Path> journals) {
        Path journal = directory.resolve("journal" + sent.size() + "-" + received.size());
        journals.add(journal);
        return journal;
    }

    void awaitAll() {
        members.forEach(Member::awaitReady);
    }

    /** Gives any process, wherever it may be. */
    PeerJvm any() {
        return members.get(random.nextInt(members.size())).peer;
    }

    /** Kills one, anywhere, and starts another in its part; seldom before all are at work. */
    void killAny() {
        if (!members.stream().allMatch(Member::isReady) && random.nextInt(32) > 0) {
            return;
        }
        Member victim = members.get(random.nextInt(members.size()));
        victim.peer.close();
        members.remove(victim);
        killed++;
        if (victim.part.equals("consume")) {
            killedReceivers++;
        }
        start(victim.part);
    }

    void stopAll() {
        members.forEach(member -> member.peer.stop());
    }

    void resumeAll() {
        members.forEach(member -> member.peer.resume());
    }

    /** Does a little of everything; it must go on whatever the others do. */
    void goOn(int number) {
        String channel = "own." + number % 7;
        for (int i = 0; i < 50; i++) {
            long stamp = Stamp.of(0, number + i);
            layer.send(channel, Stamp.payload(stamp));
            Message message = layer.tryReceive(channel);
            assertTrue(message != null && Stamp.read(message.bytes()) == stamp);
        }
        layer.group("own").add(channel);
        assertEquals(
                1, layer.group("own").send(Stamp.payload(Stamp.of(0, 0), 1_000)).delivered());
        assertTrue(layer.tryReceive(channel) != null);
        layer.group("own").discard(channel);
        rounds++;
    }

    /** Ends all: first who sends, then who receives. */
    void endAll() {
        awaitAll();
        members.sort((a, b) -> Boolean.compare(a.part.equals("consume"), b.part.equals("consume")));
        for (Member member : members) {
            if (!member.part.equals("consume")) {
                member.peer.say("stop");
            }
        }
        for (Member member : members) {
            if (member.part.equals("consume")) {
                member.peer.say("stop");
            }
            member.peer.expect("done");
            member.peer.expectEnd();
        }
        members.clear();
    }

    /** Compares what was sent with what was received and what is left. */
    void balance() {
        for (int i = 0; i < sent.size(); i++) {
            ledger.sender(i, Journal.open(sent.get(i)));
        }
        for (Path journal : received) {
            ledger.receiver(Journal.open(journal));
        }
        Path left = directory.resolve("left");
        drainInto(Journal.open(left));
        ledger.receiver(Journal.open(left));
        assertEquals(List.of(), ledger.balance());
        assertTrue(
                ledger.lost() <= killedReceivers,
                () -> ledger.lost() + " of " + ledger.messages() + " messages are lost, and only " + killedReceivers
                        + " receivers were killed");
    }

    private void drainInto(Journal journal) {
        Receiver receiver = layer.receiver(CHANNELS);
        for (Message message = receiver.tryReceive(); message != null; message = receiver.tryReceive()) {
            long receipt = Ledger.receipt(0, CHANNELS.indexOf(message.channel()));
            journal.append(receipt | Stamp.read(message.bytes()));
        }
    }

    /** Whether all that the others ever held is free again. */
    boolean isBackAtBaseline() {
        return layer.statistics().participants() == 1
                && layer.statistics().messageMemory().usedBytes() <= messageBytes + ownBytes()
                && layer.statistics().groupMemory().usedBytes() <= groupBytes;
    }

    /** What the supervisor's own channels may cost beside those that were there from the beginning. */
    private long ownBytes() {
        return 6 * (256 + 40 + 256 + 16);
    }

    String report() {
        return killed + " killed, of them " + killedReceivers + " receivers; " + ledger.messages() + " messages, "
                + ledger.lost() + " lost in the hands of receivers; " + rounds + " rounds; " + layer.statistics();
    }

    @Override
    public void close() {
        members.forEach(member -> member.peer.close());
        layer.close();
    }
}

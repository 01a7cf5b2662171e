package dev.towpath.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.Message;
import dev.towpath.Receiver;
import dev.towpath.shm.memory.RegionDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Processes that send, broadcast, receive, churn, join and leave on the same channels, whatever is done to them, and
 * the balance of what they did.
 */
final class Troupe implements AutoCloseable {

    static final int CAPACITY = 60;

    /** Everything that a process can be in the middle of. */
    static final List<String> PARTS =
            List.of("produce", "consume", "broadcast", "drain", "churn", "visit", "produce", "consume");

    static final String PREFIX = "troupe";

    private static final int SLOTS = 256;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final String GROUP = "all";
    private static final List<String> CHANNELS = List.of("one", "two", "three", "member.a", "member.b", "member.c");

    private final Path directory;
    private final Random random = new Random();
    private final Understudies understudies;
    private final List<Member> members = new ArrayList<>();
    private final List<PeerJvm> corpses = new ArrayList<>();
    private final Ledger ledger = new Ledger();
    private final List<Path> sent = new ArrayList<>();
    private final List<Path> received = new ArrayList<>();
    private final List<Journal> pulses = new ArrayList<>();
    private final Recoveries recoveries;
    private final Pulse pulse;
    private int killed;
    private int stopped;
    private int withoutSocket;
    private long mayBeLost;
    private long rounds;
    private long beginNanos = System.nanoTime();
    private long endNanos = System.nanoTime();

    final SharedMemoryLayer layer;
    private final long messageBytes;
    private final long groupBytes;

    /** A process and its part. */
    private static final class Member {
        private final String part;
        private final PeerJvm peer;
        private final Journal pulse;
        private int slot = -1;
        private boolean stopped;
        private boolean sleeper;

        Member(String part, PeerJvm peer, Journal pulse) {
            this.part = part;
            this.peer = peer;
            this.pulse = pulse;
        }

        boolean isReady() {
            if (slot < 0 && peer.hasSaid("ready")) {
                awaitReady();
            }
            return slot >= 0;
        }

        void awaitReady() {
            if (slot < 0) {
                slot = Integer.parseInt(peer.expect("ready"));
            }
        }

        /** Waits until it has done something more than until now. */
        void awaitPulse() {
            awaitReady();
            long deadline = System.nanoTime() + Peer.LONG.toNanos();
            for (long before = Pulse.beats(pulse); Pulse.beats(pulse) <= before; ) {
                assertTrue(
                        System.nanoTime() - deadline < 0,
                        () -> "who should " + part + " is held up" + peer.testimony());
                LockSupport.parkNanos(POLL_NANOS);
            }
        }

        boolean isReceiver() {
            return part.equals("consume") || part.equals("drain");
        }
    }

    /** A troupe that nobody kills. */
    Troupe(Path directory) {
        this(directory, List.of(JvmKind.C1), 0, new Delays());
    }

    /** A troupe of JVMs of some kinds, with so many understudies, that notes how long each recovery takes. */
    Troupe(Path directory, List<JvmKind> kinds, int understudies, Delays recoveryDelays) {
        this.directory = directory;
        takeSocketsAway();
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
        this.recoveries = Recoveries.watch(directory, PREFIX, recoveryDelays);
        this.pulse = Pulse.start(layer, directory.resolve("pulse"));
        this.pulses.add(Journal.open(directory.resolve("pulse")));
        this.understudies = new Understudies(directory, kinds, understudies);
    }

    /** Puts something in the place of every third socket, so that who gets such a slot polls instead. */
    private void takeSocketsAway() {
        RegionDirectory files = RegionDirectory.open(directory);
        try {
            for (int slot = 2; slot < SLOTS; slot += 3) {
                Files.createDirectories(files.socket(PREFIX, slot).resolve("taken"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a process; it is ready when {@link #awaitAll} returns. */
    void start(String part) {
        Path beats = directory.resolve("pulse" + pulses.size());
        List<Object> arguments = new ArrayList<>(List.of("pulsing", beats, part, directory, PREFIX, CAPACITY));
        switch (part) {
            case "produce" -> {
                arguments.addAll(List.of(sent.size(), journal(sent), Journal.MOST));
                arguments.addAll(CHANNELS.subList(0, 3));
            }
            case "broadcast" -> arguments.addAll(List.of(sent.size(), journal(sent), Journal.MOST, GROUP));
            case "consume", "drain" -> {
                arguments.add(journal(received));
                arguments.addAll(CHANNELS);
            }
            default -> {}
        }
        pulses.add(Journal.open(beats));
        members.add(new Member(part, understudies.enter(arguments), pulses.getLast()));
    }

    private Path journal(List<Path> journals) {
        Path journal = directory.resolve("journal" + sent.size() + "-" + received.size());
        journals.add(journal);
        return journal;
    }

    /** Waits until there are enough understudies. */
    void awaitUnderstudies() {
        understudies.await();
    }

    void awaitAll() {
        members.forEach(Member::awaitReady);
        beginNanos = System.nanoTime();
    }

    /** Gets understudies ready, and says whether all are, and all members at work. */
    boolean isComplete() {
        understudies.tend();
        return understudies.areEnough() && members.stream().allMatch(Member::isReady);
    }

    /** Whether nobody is there to replace another. */
    boolean isExhausted() {
        return understudies.isEmpty();
    }

    /** Kills one that is at work, anywhere in that, stopped or not, and lets another take its part. */
    void killAny() {
        Member victim = any(member -> !member.sleeper);
        if (victim == null) {
            return;
        }
        recoveries.kill(victim.peer, victim.slot);
        members.remove(victim);
        corpses.add(victim.peer);
        killed++;
        withoutSocket += victim.slot % 3 == 2 ? 1 : 0;
        mayBeLost += switch (victim.part) {
            case "consume" -> 1;
            case "drain" -> Ledger.DRAINED_AT_ONCE;
            default -> 0;
        };
        start(victim.part);
    }

    private @Nullable Member any(Predicate<Member> wanted) {
        List<Member> found =
                members.stream().filter(Member::isReady).filter(wanted).toList();
        return found.isEmpty() ? null : found.get(random.nextInt(found.size()));
    }

    /** Stops one that is at work, anywhere in that. */
    void stopAny() {
        stop(any(member -> !member.stopped));
    }

    /** Stops one until the end. */
    void putToSleep() {
        Member sleeper = any(member -> !member.stopped);
        stop(sleeper);
        if (sleeper != null) {
            sleeper.sleeper = true;
        }
    }

    private void stop(@Nullable Member member) {
        if (member != null) {
            member.peer.stop();
            member.stopped = true;
            stopped++;
        }
    }

    /** Waits until everybody has done something who is not stopped: nobody is held up by the dead and the stopped. */
    void awaitPulses() {
        members.stream().filter(member -> !member.stopped).forEach(Member::awaitPulse);
    }

    /** Lets one go on that was stopped. */
    void resumeAny() {
        Member member = any(each -> each.stopped && !each.sleeper);
        if (member != null) {
            member.peer.resume();
            member.stopped = false;
        }
    }

    void stopAll() {
        members.forEach(this::stop);
    }

    void resumeAll() {
        for (Member member : members) {
            member.peer.resume();
            member.stopped = false;
        }
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
        endNanos = System.nanoTime();
        resumeAll();
        members.forEach(Member::awaitReady);
        List<Member> senders =
                members.stream().filter(member -> !member.isReceiver()).toList();
        senders.forEach(member -> member.peer.say("stop"));
        senders.forEach(Troupe::expectEnd);
        List<Member> receivers = members.stream().filter(Member::isReceiver).toList();
        receivers.forEach(member -> member.peer.say("stop"));
        receivers.forEach(Troupe::expectEnd);
        members.clear();
    }

    private static void expectEnd(Member member) {
        member.peer.expect("done");
        member.peer.expectEnd();
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
                ledger.lost() <= mayBeLost,
                () -> ledger.lost() + " of " + ledger.messages() + " messages are lost, and only " + mayBeLost
                        + " can have been in the hands of killed receivers");
    }

    private void drainInto(Journal journal) {
        Receiver receiver = layer.receiver(CHANNELS);
        for (Message message = receiver.tryReceive(); message != null; message = receiver.tryReceive()) {
            journal.append(Ledger.receipt(Stamp.read(message.bytes()), CHANNELS.indexOf(message.channel())));
        }
    }

    /** Drops what the dead have sent and joined, which stays otherwise; after that only the living hold memory. */
    void clear() {
        pulse.close();
        layer.clear();
    }

    /** Whether all that the others ever held is free again. */
    boolean isBackAtBaseline() {
        return recoveries.open() == 0
                && layer.statistics().participants() == 1
                && layer.statistics().messageMemory().usedBytes() <= messageBytes + ownBytes()
                && layer.statistics().groupMemory().usedBytes() <= groupBytes;
    }

    /** What the channels of the supervisor and of all pulses may cost beside those that were there in the beginning. */
    private long ownBytes() {
        return 7 * (256 + 40 + 256 + 16);
    }

    /** Looks for damage, and for anything that the dead have left unfinished. */
    void requireOrder() {
        RegionCheck check = RegionCheck.of(directory, PREFIX);
        assertEquals(List.of(), check.damage());
        assertEquals(List.of(), check.unfinished());
    }

    String report() {
        return killed + " killed, " + withoutSocket + " of them without a socket, " + stopped + " stopped; "
                + ledger.messages() + " messages, " + ledger.lost()
                + " lost in the hands of receivers that could have had " + mayBeLost + "; "
                + pulse.sum(pulses, beginNanos, endNanos) + "; " + rounds
                + " rounds; " + layer.statistics();
    }

    @Override
    public void close() {
        members.forEach(member -> member.peer.close());
        corpses.forEach(PeerJvm::close);
        understudies.close();
        recoveries.close();
        try (layer) {
            pulse.close();
        }
    }
}

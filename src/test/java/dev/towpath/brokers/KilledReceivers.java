package dev.towpath.brokers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.towpath.Background;
import dev.towpath.ChannelLayer;
import dev.towpath.Message;
import dev.towpath.Numbered;
import dev.towpath.Receiver;
import dev.towpath.Sender;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestReporter;

/**
 * Kills one after the other of the JVMs that receive, while others send and receive: no message comes twice, the only
 * ones lost are those in the hands of who was killed, and all others go on.
 */
public final class KilledReceivers {
    /** How many messages wait in a channel at most; for every layer that takes part. */
    public static final int CAPACITY = 50;

    private static final int JVMS = 3;

    /** So many messages everybody must receive between two kills, and up to twice as many. */
    private static final int PROGRESS = 20;

    private static final int LONGEST_BURST = 40;
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_PAUSE_IF_FULL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final Duration BRIEFLY = Duration.ofMillis(20);

    private final ChannelLayer layer;
    private final String uri;
    private final Set<Long> accepted = ConcurrentHashMap.newKeySet();
    private final Set<Long> received = ConcurrentHashMap.newKeySet();
    private final AtomicInteger twice = new AtomicInteger();
    private final AtomicInteger receivedHere = new AtomicInteger();
    private final AtomicBoolean sending = new AtomicBoolean(true);
    private final AtomicBoolean receiving = new AtomicBoolean(true);

    /**
     * Prepares.
     *
     * @param layer what sends, and receives too
     * @param uri its server
     */
    public KilledReceivers(ChannelLayer layer, String uri) {
        this.layer = layer;
        this.uri = uri;
    }

    /** Kills so many, and says what came of it. */
    public void kill(int kills, TestReporter reporter) throws Exception {
        Deque<ReceivingJvm> jvms = new ArrayDeque<>();
        try {
            for (int i = 0; i < JVMS; i++) {
                jvms.add(start());
            }
            List<Background<?>> senders = new ArrayList<>();
            senders.add(Background.startVirtual(() -> send("killed", 0, LONGEST_PAUSE_NANOS)));
            senders.add(Background.startVirtual(() -> send("killed!x", 1L << 32, LONGEST_PAUSE_NANOS)));
            senders.add(
                    Background.startVirtual(() -> send(ReceivingProgram.FULL, 2L << 32, LONGEST_PAUSE_IF_FULL_NANOS)));
            Background<?> here = Background.startVirtual(this::receive);
            for (int left = kills; left > 0; left--) {
                awaitProgress(jvms.stream().limit(JVMS - 1)); // the last is still starting
                jvms.getFirst().kill();
                jvms.removeFirst();
                if (left > jvms.size()) {
                    jvms.add(start());
                }
            }
            awaitProgress(jvms.stream());
            sending.set(false);
            for (Background<?> each : senders) {
                each.result();
            }
            for (ReceivingJvm each : jvms) {
                each.stop();
            }
            receiving.set(false);
            here.result();
            count(kills, reporter);
        } finally {
            jvms.forEach(ReceivingJvm::close);
        }
    }

    private ReceivingJvm start() {
        return ReceivingJvm.start(uri, this::add);
    }

    /** Waits until some of those who live have received more, and this JVM too. */
    private void awaitProgress(Stream<ReceivingJvm> jvms) {
        int more = ThreadLocalRandom.current().nextInt(PROGRESS, 2 * PROGRESS);
        jvms.forEach(each -> {
            int goal = each.received() + more;
            Background.await(() -> each.received() >= goal);
        });
        int goal = receivedHere.get() + more;
        Background.await(() -> receivedHere.get() >= goal);
    }

    /** Sends in bursts, with pauses between them. */
    private boolean send(String channel, long first, long longestPauseNanos) {
        Sender sender = layer.sender(channel);
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long number = first;
        while (sending.get()) {
            for (int left = random.nextInt(LONGEST_BURST);
                    left > 0 && sender.trySend(Numbered.payload(number));
                    left--) {
                accepted.add(number++);
            }
            LockSupport.parkNanos(random.nextLong(longestPauseNanos));
        }
        return true;
    }

    private boolean receive() throws Exception {
        Receiver receiver = layer.receiver(ReceivingProgram.CHANNELS.toArray(String[]::new));
        while (receiving.get()) {
            Message message = receiver.receive(BRIEFLY);
            if (message != null) {
                receivedHere.incrementAndGet();
                add(Numbered.number(MemorySegment.ofArray(message.bytes())));
            }
        }
        return true;
    }

    private void add(long number) {
        if (!received.add(number)) {
            twice.incrementAndGet();
        }
    }

    private void count(int kills, TestReporter reporter) {
        List<String> channels = new ArrayList<>(ReceivingProgram.CHANNELS);
        channels.add(ReceivingProgram.FULL);
        Receiver receiver = layer.receiver(channels.toArray(String[]::new));
        int most = kills * ReceivingProgram.mostInHands();
        try {
            Background.await(() -> {
                receiver.drain((channel, payload) -> add(Numbered.number(payload)), Integer.MAX_VALUE);
                return lost() <= most;
            });
        } finally {
            reporter.publishEntry(
                    "kills",
                    kills + " killed: " + accepted.size() + " accepted, " + lost() + " lost of " + most
                            + " that could have been in their hands, " + twice + " twice");
        }
        assertNull(receiver.tryReceive());
        assertEquals(0, twice.get(), "twice");
        received.removeAll(accepted);
        assertEquals(Set.of(), received, "came although not sent");
    }

    private long lost() {
        return accepted.stream().filter(number -> !received.contains(number)).count();
    }
}

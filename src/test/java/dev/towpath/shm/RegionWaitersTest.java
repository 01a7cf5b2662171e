package dev.towpath.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.Background;
import dev.towpath.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests threads that wait in this process for what comes from another one. */
class RegionWaitersTest {

    private static final String PREFIX = "waiters";
    private static final int CAPACITY = 50;

    @TempDir
    private Path directory;

    private SharedMemoryLayer layer;

    @BeforeEach
    void open() {
        layer = Peer.open(directory, PREFIX, CAPACITY);
    }

    @AfterEach
    void close() {
        layer.close();
    }

    private PeerJvm start(String part, Object... arguments) {
        List<Object> all = new ArrayList<>(List.of(part, directory, PREFIX, CAPACITY));
        all.addAll(List.of(arguments));
        return PeerJvm.start(Peer.class, all.toArray());
    }

    @Test
    void thousandsOfVirtualThreadsAreWokenFromAnotherProcess() throws Exception {
        int own = 2_000;
        int shared = 3_000;
        List<Background<Message>> waiting = new ArrayList<>();
        for (int i = 0; i < own; i++) {
            String channel = "own." + i;
            waiting.add(Background.startVirtual(() -> layer.receive(channel)));
        }
        for (int i = 0; i < shared; i++) {
            waiting.add(Background.startVirtual(() -> layer.receive("shared")));
        }
        waiting.forEach(Background::awaitWaiting);
        try (PeerJvm peer = start("spray", "own.", own, "shared", shared)) {
            BitSet received = new BitSet();
            for (int i = 0; i < own + shared; i++) {
                Message message = waiting.get(i).result();
                assertEquals(i < own ? "own." + i : "shared", message.channel());
                int sequence = Stamp.sequence(Stamp.read(message.bytes()));
                if (i >= own) {
                    received.set(sequence);
                } else {
                    assertEquals(i, sequence);
                }
            }
            assertEquals(shared, received.cardinality());
            peer.expect("ready");
            peer.expect("done");
        }
    }

    @Test
    void sendersThatWaitForRoomAreWokenFromAnotherProcess() throws Exception {
        List<Background<Boolean>> waiting = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            byte[] payload = Stamp.payload(Stamp.of(1, i));
            waiting.add(Background.startVirtual(() -> {
                layer.sender("narrow").send(payload, Peer.LONG);
                return true;
            }));
        }
        try (PeerJvm peer = start("consume", directory.resolve("received"), "narrow")) {
            for (Background<Boolean> one : waiting) {
                assertTrue(one.result());
            }
            peer.say("stop");
            peer.expect("ready");
            peer.expect("done");
        }
        assertEquals(1_000, Journal.open(directory.resolve("received")).length());
    }

    @Test
    void interruptsThatRaceWithMessagesFromAnotherProcessLoseNone() throws Exception {
        int count = 3_000;
        AtomicBoolean over = new AtomicBoolean();
        Thread receiver = Thread.currentThread();
        Thread interrupter = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                receiver.interrupt();
                Thread.onSpinWait();
            }
        });
        int received = 0;
        int interrupted = 0;
        try (PeerJvm peer = start("produce", 1, directory.resolve("sent"), count, "one")) {
            while (received < count) {
                try {
                    Message message = layer.receive("one");
                    assertEquals(received++, Stamp.sequence(Stamp.read(message.bytes())));
                } catch (InterruptedException e) {
                    interrupted++;
                }
            }
            over.set(true);
            joinUninterrupted(interrupter);
            peer.expect("ready");
            peer.expect("done");
        } finally {
            over.set(true);
        }
        assertTrue(interrupted > 0);
        assertNull(layer.tryReceive("one"));
    }

    private static void joinUninterrupted(Thread thread) {
        while (thread.isAlive()) {
            Thread.onSpinWait();
        }
        Thread.interrupted();
    }

    @Test
    void anInterruptedWaitForRoomStoresNothing() throws Exception {
        while (layer.trySend("full", new byte[1])) {
            Thread.onSpinWait();
        }
        Background<Boolean> sending = Background.startVirtual(() -> {
            layer.sender("full").send(new byte[2], Peer.LONG);
            return true;
        });
        sending.awaitWaiting().interrupt();
        assertSame(InterruptedException.class, sending.failure().getClass());
        for (int i = 0; i < CAPACITY; i++) {
            assertEquals(1, layer.tryReceive("full").bytes().length);
        }
        assertNull(layer.tryReceive("full"));
    }

    @Test
    void closingEndsEveryKindOfWait() throws Exception {
        while (layer.trySend("full", new byte[1])) {
            Thread.onSpinWait();
        }
        List<Background<?>> waiting = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            waiting.add(Background.startVirtual(() -> layer.receive("one")));
            waiting.add(Background.startVirtual(() -> layer.receive(Peer.LONG, "two", "three")));
            waiting.add(Background.startVirtual(() -> {
                layer.sender("full").send(new byte[1], Peer.LONG);
                return true;
            }));
        }
        CompletableFuture<Message> future = layer.receiver("four").receiveAsync();
        waiting.forEach(Background::awaitWaiting);
        layer.close();
        for (Background<?> one : waiting) {
            assertSame(IllegalStateException.class, one.failure().getClass());
        }
        CompletionException failure = Assertions.assertThrows(CompletionException.class, future::join);
        assertSame(IllegalStateException.class, failure.getCause().getClass());
    }
}

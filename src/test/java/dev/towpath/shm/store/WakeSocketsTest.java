package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.shm.memory.ForkedJvm;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WakeSocketsTest extends WithWakeSockets {
    @Test
    void aRingEndsASleep() throws Exception {
        WakeSockets ringer = open(RINGER);
        WakeSockets sleeper = open(SLEEPER);
        for (int i = 0; i < 100; i++) {
            try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
                Future<Boolean> sleep = executor.submit(() -> sleep(sleeper));
                ringer.ring(SLEEPER);
                assertTrue(sleep.get());
            }
        }
    }

    @Test
    void aRingThatCameBeforeEndsTheNextSleep() {
        WakeSockets ringer = open(RINGER);
        WakeSockets sleeper = open(SLEEPER);
        ringer.ring(SLEEPER);
        assertTrue(sleep(sleeper));
    }

    @Test
    void aSleepEndsWhenItsTimeIsOver() {
        WakeSockets sleeper = open(SLEEPER);
        long start = System.nanoTime();
        assertFalse(sleeper.await(3_000_000, () -> false));
        assertTrue(System.nanoTime() - start >= 3_000_000);
        assertFalse(sleeper.await(0, () -> false));
        assertFalse(sleeper.await(-1, () -> false));
    }

    @Test
    void nobodySleepsWhileSomethingIsPending() {
        assertTrue(open(SLEEPER).await(LONG_NANOS, () -> true));
    }

    @Test
    void theOwnProcessCanWakeTheSleeper() {
        WakeSockets sleeper = open(SLEEPER);
        sleeper.wakeUp();
        assertTrue(sleep(sleeper));
        sleeper.ring(SLEEPER);
        assertTrue(sleep(sleeper));
        assertFalse(sleeper.await(0, () -> false));
    }

    @Test
    void anInterruptEndsTheSleepAndStaysPending() {
        WakeSockets sleeper = open(SLEEPER);
        Thread.currentThread().interrupt();
        assertTrue(sleep(sleeper));
        assertTrue(Thread.interrupted());
        assertFalse(sleeper.await(0, () -> false));
    }

    @Test
    void anInterruptedSleeperAcceptsAndReadsAllTheSame() {
        WakeSockets ringer = open(RINGER);
        WakeSockets sleeper = open(SLEEPER);
        for (int i = 0; i < 10; i++) {
            ringer.ring(SLEEPER);
            Thread.currentThread().interrupt();
            drainInterrupted(sleeper);
            assertTrue(Thread.interrupted());
            assertFalse(sleeper.await(0, () -> false), "the byte was read");
        }
        ringer.ring(SLEEPER);
        assertTrue(sleep(sleeper), "the interrupts have closed nothing");
    }

    /** Lets an interrupted thread accept the connection, if it is new, and read the byte. */
    private static void drainInterrupted(WakeSockets sleeper) {
        for (int i = 0; i < 3; i++) {
            assertTrue(sleeper.await(0, () -> false));
        }
    }

    @Test
    void aParticipantThatLeftCanComeBack() {
        WakeSockets ringer = open(RINGER);
        for (int i = 0; i < 3; i++) {
            WakeSockets sleeper = open(SLEEPER);
            ringer.ring(SLEEPER);
            assertTrue(sleep(sleeper));
            drain(sleeper);
            ringer.ring(SLEEPER);
            assertTrue(sleep(sleeper));
            sleeper.close();
            if (i > 0) {
                ringer.ring(SLEEPER);
            }
        }
    }

    @Test
    void theSocketOfADeadParticipantIsReplaced() throws IOException {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(path(SLEEPER)));
        }
        WakeSockets ringer = open(RINGER);
        ringer.ring(SLEEPER);
        WakeSockets sleeper = open(SLEEPER);
        ringer.ring(SLEEPER);
        assertTrue(sleep(sleeper));
    }

    @Test
    void onlyThisUserCanConnect() throws IOException {
        open(SLEEPER);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path(SLEEPER))));
    }

    @Test
    void ringingWhereNobodyListensDoesNothing() throws IOException {
        WakeSockets ringer = open(RINGER);
        long before = descriptors();
        for (int i = 0; i < 1000; i++) {
            ringer.ring(SLEEPER);
        }
        assertEquals(before, descriptors());
    }

    @Test
    void aFullBufferIsEnough() {
        WakeSockets ringer = open(RINGER);
        WakeSockets sleeper = open(SLEEPER);
        for (int i = 0; i < 100_000; i++) {
            ringer.ring(SLEEPER);
        }
        assertTrue(sleep(sleeper));
        drain(sleeper);
        ringer.ring(SLEEPER);
        assertTrue(sleep(sleeper));
    }

    @Test
    void aFullBacklogDoesNotMakeTheRingerWait() throws IOException {
        WakeSockets ringer = open(RINGER);
        WakeSockets sleeper = open(SLEEPER);
        assertTrue(fillTheBacklog() >= SLOTS);
        ringer.ring(SLEEPER);
        drain(sleeper);
        ringer.ring(SLEEPER);
        assertTrue(sleep(sleeper));
    }

    @Test
    void garbageThroughTheSocketDoesNoHarm() throws IOException {
        WakeSockets ringer = open(RINGER);
        WakeSockets sleeper = open(SLEEPER);
        List<SocketChannel> strangers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            SocketChannel stranger = connect();
            stranger.write(ByteBuffer.allocate(100_000));
            strangers.add(stranger);
        }
        strangers.get(0).close();
        strangers.get(1).shutdownOutput();
        strangers.get(2).shutdownInput();
        drain(sleeper);
        ringer.ring(SLEEPER);
        assertTrue(sleep(sleeper));
    }

    @Test
    void connectionsAreBoundedAndTheOldestGoesFirst() throws IOException {
        WakeSockets ringer = open(RINGER);
        WakeSockets sleeper = open(SLEEPER);
        ringer.ring(SLEEPER);
        drain(sleeper);
        List<SocketChannel> strangers = new ArrayList<>();
        for (int i = 0; i < 5 * SLOTS; i++) {
            strangers.add(connect());
            sleeper.await(0, () -> false);
        }
        drain(sleeper);
        long alive = 0;
        for (SocketChannel stranger : strangers) {
            alive += stranger.read(ByteBuffer.allocate(1)) == 0 ? 1 : 0;
        }
        assertEquals(2 * SLOTS, alive);
        ringer.ring(SLEEPER);
        assertTrue(sleep(sleeper), "whose connection was closed connects anew");
    }

    @Test
    void manyThreadsMayRingAtOnce() throws Exception {
        WakeSockets ringer = open(RINGER);
        WakeSockets sleeper = open(SLEEPER);
        AtomicInteger rung = new AtomicInteger();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                executor.submit(() -> {
                    Thread.currentThread().interrupt();
                    ringer.ring(SLEEPER);
                    assertTrue(Thread.interrupted());
                    rung.incrementAndGet();
                });
            }
        }
        assertEquals(200, rung.get());
        assertTrue(sleep(sleeper));
        drain(sleeper);
        Thread.currentThread().interrupt();
        ringer.ring(SLEEPER);
        assertTrue(Thread.interrupted());
        assertTrue(sleep(sleeper), "the interrupts have closed nothing");
    }

    @Test
    void closingEndsTheSleepAndAllThatFollow() throws Exception {
        WakeSockets sleeper = open(SLEEPER);
        AtomicInteger asked = new AtomicInteger();
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            Future<Boolean> sleep = executor.submit(() -> sleeper.await(LONG_NANOS, () -> {
                asked.incrementAndGet();
                return false;
            }));
            while (asked.get() == 0) {
                Thread.onSpinWait();
            }
            sleeper.close();
            assertTrue(sleep.get());
        }
        assertTrue(sleep(sleeper));
        sleeper.close();
        sleeper.wakeUp();
        assertFalse(Files.exists(path(SLEEPER)));
    }

    @Test
    void closingLeavesNoDescriptorOpen() throws IOException {
        long before = descriptors();
        WakeSockets ringer = open(RINGER);
        WakeSockets sleeper = open(SLEEPER);
        ringer.ring(SLEEPER);
        sleeper.ring(RINGER);
        drain(sleeper);
        drain(ringer);
        ringer.close();
        ringer.ring(SLEEPER);
        drain(sleeper);
        sleeper.close();
        assertEquals(before, descriptors());
    }

    @Test
    void aSlotThatDoesNotExistIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> open(SLOTS));
        assertThrows(IllegalArgumentException.class, () -> open(-1));
    }

    @Test
    void aProcessWithoutDescriptorsStillSleeps() {
        List<String> wrapper = List.of("sh", "-c", "ulimit -n 40 && exec \"$@\"", "sh");
        try (ForkedJvm other = ForkedJvm.startUnder(
                wrapper,
                List.of("-XX:-MaxFDLimit"),
                DescriptorEater.class,
                path(SLEEPER).toString())) {
            assertEquals("ready", other.readLine());
            assertTrue(fillTheBacklog() >= SLOTS);
            other.writeLine("sleep");
            assertEquals("slept", other.readLine());
            other.writeLine("let go");
            WakeSockets ringer = open(RINGER);
            assertEquals("let go", other.readLine());
            ringer.ring(SLEEPER);
            other.writeLine("sleep");
            assertEquals("woken", other.readLine());
        }
    }

    /** Connects until the sleeper, which accepts nothing meanwhile, has too many; says how many these were. */
    private int fillTheBacklog() {
        int count = 0;
        try {
            while (connect().isConnected()) {
                count++;
            }
        } catch (IOException e) {
            return count;
        }
        return count;
    }

    private static boolean sleep(WakeSockets sleeper) {
        return sleeper.await(LONG_NANOS, () -> false);
    }

    private static void drain(WakeSockets sleeper) {
        int quiet = 0;
        while (quiet < 3) {
            quiet = sleeper.await(0, () -> false) ? 0 : quiet + 1;
        }
    }

    private SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        opened.add(channel);
        channel.configureBlocking(false);
        channel.connect(UnixDomainSocketAddress.of(path(SLEEPER)));
        return channel;
    }

    private static long descriptors() throws IOException {
        Path list = Path.of("/proc/self/fd");
        if (!Files.isDirectory(list)) {
            return 0;
        }
        try (var descriptors = Files.list(list)) {
            return descriptors.count();
        }
    }
}

package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.Background;
import dev.towpath.shm.memory.HeapWords;
import dev.towpath.shm.memory.Words;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nobody keeps house here, so a wake-up that is lost stays lost, and the test does not end; and there is a waker only
 * where a test starts one.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WatchTest {

    private static final int WAITING = 1;
    private static final int SENDING = 2;
    private static final int SENDING_WITHOUT_BYTES = 3;
    private static final long NEVER = TimeUnit.DAYS.toNanos(1);
    private static final RegionLayout LAYOUT = Ground.Size.SMALL.layout();

    @TempDir
    Path directory;

    private final Words words = new HeapWords(LAYOUT.sizeBytes());
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Operations waiting;
    private Operations sending;

    private void open() {
        waiting = participant(WAITING, directory);
        sending = participant(SENDING, directory);
    }

    private Operations participant(int slot, Path sockets) {
        Structures structures = Structures.of(words, LAYOUT, 1, Participants.owner(slot));
        Participants register = register(structures);
        WakeSockets bell =
                WakeSockets.open(other -> sockets.resolve(Integer.toString(other)), slot, RegionLayout.PARTICIPANTS);
        opened.add(bell);
        register.join(slot, 0, 0);
        StoreOptions options = new StoreOptions(1, 1, NEVER, NEVER, false, name -> Tenant.CAPACITY, System::nanoTime);
        return new Operations(structures, register, bell, new Clock(System::nanoTime, System.nanoTime()), options);
    }

    private static Participants register(Structures structures) {
        return new Participants(structures.words(), LAYOUT, null, "watch");
    }

    /** Starts the waker of those who wait. */
    private Thread startWaker() {
        Thread waker = Thread.ofPlatform().daemon().start(new Waker(waiting.watch()));
        opened.add(() -> {
            waiting.watch().close();
            waker.join();
        });
        return waker;
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    private static Mailbox mailbox(String channel) {
        return Tenant.mailbox(channel, Tenant.CAPACITY);
    }

    private static void send(Operations sender, String channel) {
        assertEquals(
                MessageStore.Outcome.SENT,
                sender.messages().send(mailbox(channel), new byte[] {(byte) channel.charAt(0)}));
    }

    /** Waits for a message; false if there was none in time. */
    private Callable<Boolean> receive(String channel, long nanos) {
        Mailbox mailbox = mailbox(channel);
        return () -> waiting.waits()
                .forMessage(
                        List.of(mailbox), () -> waiting.messages().take(mailbox) != null, System.nanoTime() + nanos);
    }

    private Background<Boolean> startPlatform(String channel) {
        return Background.start(receive(channel, NEVER)).awaitWaiting();
    }

    private Background<Boolean> startVirtual(String channel) {
        return Background.startVirtual(receive(channel, NEVER)).awaitWaiting();
    }

    @Test
    void aPlatformThreadNeedsNoWaker() throws Exception {
        open();
        for (int i = 0; i < 100; i++) {
            Background<Boolean> waiter = startPlatform("a");
            send(sending, "a");
            assertTrue(waiter.result());
        }
    }

    @Test
    void norDoesItIfTheMessageComesFromItsOwnProcess() throws Exception {
        open();
        for (int i = 0; i < 100; i++) {
            Background<Boolean> waiter = startPlatform("a");
            send(waiting, "a");
            assertTrue(waiter.result());
        }
    }

    @Test
    void whoKeepsTheWatchWakesTheOthers() throws Exception {
        open();
        Background<Boolean> keeper = startPlatform("a");
        for (int i = 0; i < 100; i++) {
            Background<Boolean> virtual = startVirtual("b");
            Background<Boolean> platform = startPlatform("c");
            send(sending, "c");
            assertTrue(platform.result());
            send(sending, "b");
            assertTrue(virtual.result());
        }
        assertFalse(keeper.isDone());
        send(sending, "a");
        assertTrue(keeper.result());
    }

    @Test
    void theWatchIsHandedOnByWhoeverHasGotAMessage() throws Exception {
        open();
        startWaker();
        for (int i = 0; i < 100; i++) {
            Background<Boolean> keeper = startPlatform("a");
            Background<Boolean> virtual = startVirtual("b");
            Background<Boolean> platform = startPlatform("c");
            send(sending, "a");
            assertTrue(keeper.result());
            send(sending, "b");
            assertTrue(virtual.result());
            send(sending, "c");
            assertTrue(platform.result());
        }
    }

    @Test
    void theWatchIsHandedOnByWhoeverIsInterrupted() throws Exception {
        open();
        startWaker();
        for (int i = 0; i < 100; i++) {
            Background<Boolean> keeper = startPlatform("a");
            Background<Boolean> other = startVirtual("b");
            keeper.interrupt();
            assertInstanceOf(InterruptedException.class, keeper.failure());
            send(sending, "b");
            assertTrue(other.result());
        }
    }

    @Test
    void theWatchIsHandedOnByWhoeverHasWaitedLongEnough() throws Exception {
        open();
        startWaker();
        for (int i = 0; i < 20; i++) {
            Background<Boolean> keeper = Background.start(receive("a", TimeUnit.MILLISECONDS.toNanos(10)));
            Background<Boolean> other = startVirtual("b");
            assertFalse(keeper.result());
            send(sending, "b");
            assertTrue(other.result());
        }
    }

    @Test
    void theWakerLetsGoWhenNobodyIsParked() throws Exception {
        open();
        Thread waker = startWaker();
        for (int i = 0; i < 100; i++) {
            Background<Boolean> virtual = startVirtual("a");
            send(sending, "a");
            assertTrue(virtual.result());
            Background.await(() -> waker.getState() == Thread.State.WAITING);
        }
    }

    @Test
    void anInterruptedWakerGoesOn() throws Exception {
        open();
        Thread waker = startWaker();
        for (int i = 0; i < 100; i++) {
            Background<Boolean> virtual = startVirtual("a");
            waker.interrupt();
            send(sending, "a");
            assertTrue(virtual.result());
        }
        Background.await(() -> !waker.isInterrupted() && waker.getState() == Thread.State.WAITING);
    }

    @Test
    void aPlatformThreadThatTimesOutWakesNobody() throws Exception {
        open();
        Thread waker = startWaker();
        Background.await(() -> waker.getState() == Thread.State.WAITING);
        long before = timesWoken(waker);
        for (int i = 0; i < 100; i++) {
            assertFalse(receive("a", TimeUnit.MILLISECONDS.toNanos(1)).call());
        }
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, receive("a", NEVER)::call);
        assertEquals(before, timesWoken(waker));
    }

    private static long timesWoken(Thread thread) {
        return ManagementFactory.getThreadMXBean()
                .getThreadInfo(thread.threadId())
                .getWaitedCount();
    }

    @Test
    void theWakerLetsGoWhenTheLastOneParkedTimesOut() throws Exception {
        open();
        Thread waker = startWaker();
        Background<Boolean> virtual = Background.startVirtual(receive("a", TimeUnit.MILLISECONDS.toNanos(20)));
        assertFalse(virtual.result());
        assertLetsGo(waker);
    }

    @Test
    void theWakerLetsGoWhenTheLastOneParkedWasSignalledByItsOwnProcess() throws Exception {
        open();
        Thread waker = startWaker();
        Background<Boolean> virtual = startVirtual("a");
        send(waiting, "a");
        assertTrue(virtual.result());
        assertLetsGo(waker);
    }

    /** The waker is parked after a look around, and the next platform thread does without it. */
    private void assertLetsGo(Thread waker) throws Exception {
        Background.await(() -> {
            waiting.watch().lookAround();
            return waker.getState() == Thread.State.WAITING;
        });
        Background<Boolean> keeper = startPlatform("a");
        long before = timesWoken(waker);
        send(sending, "a");
        assertTrue(keeper.result());
        assertEquals(before, timesWoken(waker));
    }

    @Test
    void whoeverComesAndGoesNoWakeUpIsLost() throws Exception {
        comeAndGo(Set.of());
    }

    @Test
    void norIfSomeLoseTheirPatience() throws Exception {
        comeAndGo(Set.of(4, 5));
    }

    private void comeAndGo(Set<Integer> impatient) throws Exception {
        open();
        startWaker();
        Semaphore received = new Semaphore(0);
        List<Thread> receivers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Thread.Builder threads = i % 2 == 0 ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
            String channel = Integer.toString(i);
            boolean isPatient = !impatient.contains(i);
            Random random = new Random(i);
            receivers.add(threads.start(
                    () -> receiveForEver(channel, () -> isPatient ? NEVER : random.nextInt(2_000_000), received)));
        }
        Random random = new Random(6);
        for (int i = 0; i < 20_000; i++) {
            send(random.nextInt(8) == 0 ? waiting : sending, Integer.toString(random.nextInt(receivers.size())));
            received.acquire();
        }
        for (Thread receiver : receivers) {
            receiver.interrupt();
            receiver.join();
        }
    }

    /** Receives until it is interrupted, and gives up again and again in the meantime. */
    private void receiveForEver(String channel, LongSupplier patienceNanos, Semaphore received) {
        boolean told = false;
        while (!told) {
            try {
                if (receive(channel, patienceNanos.getAsLong()).call()) {
                    received.release();
                }
            } catch (InterruptedException e) {
                told = true;
            } catch (Exception e) {
                throw new AssertionError("receiving failed", e);
            }
        }
    }

    @Test
    void aLookAroundFindsWhatNobodyHasRungFor() throws Exception {
        open();
        Background<Boolean> waiter = startPlatform("a");
        Participants register = register(Structures.of(words, LAYOUT, 1, Participants.owner(WAITING)));
        register.leave(WAITING);
        send(sending, "a");
        register.join(WAITING, 0, 0);
        waiting.watch().lookAround();
        assertTrue(waiter.result());
    }

    @Test
    void aLookAroundMakesUpForALostByte() throws Exception {
        open();
        Operations silent = participant(SENDING_WITHOUT_BYTES, directory.resolve("nowhere"));
        Background<Boolean> keeper = startPlatform("a");
        Background<Boolean> other = startVirtual("b");
        send(silent, "b");
        long bellAt = register(Structures.of(words, LAYOUT, 1, 1)).at(WAITING) + ParticipantLayout.BELL;
        assertEquals(1, Long.bitCount(words.getVolatile(bellAt)));
        waiting.watch().lookAround();
        assertTrue(other.result());
        Background.await(() -> words.getVolatile(bellAt) == 0);
        send(sending, "a");
        assertTrue(keeper.result());
    }
}

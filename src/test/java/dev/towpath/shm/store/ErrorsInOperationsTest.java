package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.Background;
import dev.towpath.shm.memory.Access;
import dev.towpath.shm.memory.SegmentWords;
import dev.towpath.shm.memory.SteppedWords;
import dev.towpath.shm.structure.Name;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lets memory or stack run out in the middle of each operation, before each single access to the region: the caller
 * gets the error, the participant goes on, what was accepted is there, and nothing stays behind when it has closed.
 */
class ErrorsInOperationsTest {

    private static final String PREFIX = "errors";
    private static final int CAPACITY = 100;
    private static final Mailbox ONE = mailbox("one");
    private static final Name ROOM = Name.of(ascii("room"));
    private static final long NEVER = -1;
    private static final int MANY = 100;

    @TempDir
    private Path directory;

    /** How many accesses this thread makes until the error comes. */
    private volatile long left = NEVER;

    private volatile Error error = new OutOfMemoryError("planted");
    private volatile Thread victim = Thread.currentThread();

    private static byte[] ascii(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    private static Mailbox mailbox(String name) {
        return Mailbox.of(ascii(name), CAPACITY);
    }

    private Store open() {
        StoreOptions options = new StoreOptions(
                400 << 10,
                8 << 10,
                Duration.ofMinutes(20).toNanos(),
                Duration.ofMinutes(20).toNanos(),
                false,
                name -> CAPACITY,
                System::nanoTime);
        victim = Thread.currentThread();
        return Store.open(
                directory, PREFIX, options, segment -> new SteppedWords(new SegmentWords(segment), this::before));
    }

    private void before(Access access, long offset) {
        if (left >= 0 && Thread.currentThread() == victim && left-- == 0) {
            throw error;
        }
    }

    @Test
    void sendingIsInterruptedAnywhere(TestReporter reporter) {
        everywhere(reporter, "send", store -> {}, store -> store.messages().send(ONE, new byte[10]));
        everywhere(reporter, "send long", store -> {}, store -> store.messages().send(ONE, new byte[70_000]));
        everywhere(reporter, "send all", store -> {}, store -> store.messages()
                .sendAll(ONE, List.of(new byte[1], new byte[3_000], new byte[2])));
        everywhere(reporter, "refuse", ErrorsInOperationsTest::fill, store -> {
            store.messages().send(ONE, new byte[1]);
            store.messages().countRefused(ONE);
        });
    }

    private static void fill(Store store) {
        while (store.messages().send(ONE, new byte[1]) == MessageStore.Outcome.SENT) {
            assertTrue(store.census().ofRegion().pending() <= CAPACITY);
        }
    }

    @Test
    void receivingIsInterruptedAnywhere(TestReporter reporter) {
        everywhere(reporter, "take", store -> store.messages().send(ONE, new byte[10]), store -> store.messages()
                .take(ONE));
        everywhere(
                reporter, "take long", store -> store.messages().send(ONE, new byte[70_000]), store -> store.messages()
                        .take(ONE));
        everywhere(
                reporter,
                "drain",
                store -> store.messages().sendAll(ONE, List.of(new byte[1], new byte[900])),
                store -> store.messages().take(ONE, store.newBatch(), 5));
    }

    @Test
    void groupsAreInterruptedAnywhere(TestReporter reporter) {
        everywhere(reporter, "add", store -> {}, store -> store.groups().add(ROOM, Name.of(ascii("one"))));
        everywhere(
                reporter, "discard", store -> store.groups().add(ROOM, Name.of(ascii("one"))), store -> store.groups()
                        .discard(ROOM, Name.of(ascii("one"))));
        everywhere(reporter, "list", ErrorsInOperationsTest::join, store -> store.groups()
                .members(ROOM));
        everywhere(reporter, "broadcast", ErrorsInOperationsTest::join, store -> store.groups()
                .send(ROOM, MemorySegment.ofArray(new byte[30])));
        everywhere(reporter, "broadcast long", ErrorsInOperationsTest::join, store -> store.groups()
                .send(ROOM, MemorySegment.ofArray(new byte[3_000])));
    }

    private static void join(Store store) {
        for (String member : List.of("one", "two", "three")) {
            assertTrue(store.groups().add(ROOM, Name.of(ascii(member))));
        }
    }

    @Test
    void whatLooksAtEverythingIsInterruptedAnywhere(TestReporter reporter) {
        everywhere(reporter, "count", store -> store.messages().send(ONE, new byte[10]), store -> store.census()
                .ofRegion());
        everywhere(reporter, "clear", ErrorsInOperationsTest::join, Store::clear);
    }

    /**
     * Prepares and acts, with an error at the first access of the act, at the second, and so on until there is none;
     * behind the first hundred, not at all of them.
     */
    private void everywhere(TestReporter reporter, String name, Consumer<Store> preparation, Consumer<Store> act) {
        int points = 0;
        boolean ended = false;
        for (int k = 0; !ended; k += 1 + k / MANY) {
            try (Store store = open()) {
                error = k % 2 == 0 ? new OutOfMemoryError("planted") : new StackOverflowError("planted");
                preparation.accept(store);
                ended = !fails(k, () -> act.accept(store));
                points += ended ? 0 : 1;
                worksAsEver(store);
            }
            Inspection after = Objects.requireNonNull(Inspection.of(directory, PREFIX));
            assertEquals(List.of(), after.damage(), name + " at " + k);
            assertEquals(List.of(), after.unfinished(), name + " at " + k);
            assertEquals(0, after.survey().participants().size());
        }
        assertTrue(points > 3, name);
        reporter.publishEntry(name, points + " points");
    }

    private boolean fails(int k, Runnable act) {
        left = k;
        try {
            act.run();
            return false;
        } catch (OutOfMemoryError | StackOverflowError e) {
            assertEquals(error, e);
            return true;
        } finally {
            left = NEVER;
        }
    }

    /** Empties everything, then sends and receives. */
    private static void worksAsEver(Store store) {
        store.clear();
        for (Mailbox mailbox : List.of(ONE, mailbox("two"), mailbox("three"))) {
            assertEquals(null, store.messages().take(mailbox));
            assertEquals(MessageStore.Outcome.SENT, store.messages().send(mailbox, new byte[5]));
            assertEquals(5, Objects.requireNonNull(store.messages().take(mailbox)).length);
        }
        assertEquals(List.of(), store.groups().members(ROOM));
    }

    @Test
    void theThreadsInTheBackgroundGoOn() throws Exception {
        try (Store store = open()) {
            Thread housekeeper = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("towpath-housekeeper-" + PREFIX))
                    .findFirst()
                    .orElseThrow();
            victim = housekeeper;
            left = 5;
            Background.await(() -> left < 0);
            assertTrue(housekeeper.isAlive());
            assertNotNull(store.path());
            left = 5;
            Background.await(() -> left < 0);
            assertTrue(housekeeper.isAlive());
        }
    }
}

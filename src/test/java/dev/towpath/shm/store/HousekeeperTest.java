package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.Background;
import dev.towpath.shm.memory.ForwardingWords;
import dev.towpath.shm.memory.HeapWords;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HousekeeperTest {

    private static final int FAILURES = 5;
    private static final int SLOT = 1;
    private static final long LONG_NANOS = TimeUnit.DAYS.toNanos(1);
    private static final RegionLayout LAYOUT = Ground.Size.SMALL.layout();

    @TempDir
    Path directory;

    /** A region whose file a process has cut short: the JVM makes an error of each access. */
    private static final class CutWords extends ForwardingWords {
        private final AtomicInteger failures = new AtomicInteger();
        private volatile boolean isCut;

        CutWords() {
            super(new HeapWords(LAYOUT.sizeBytes()));
        }

        @Override
        public long getVolatile(long offset) {
            if (isCut) {
                failures.incrementAndGet();
                throw new InternalError("a fault occurred in an unsafe memory access operation");
            }
            return super.getVolatile(offset);
        }
    }

    @Test
    void whereTheRegionIsCutShortItPausesAfterEachError() throws Exception {
        CutWords words = new CutWords();
        Structures structures = Structures.of(words, LAYOUT, 1, Participants.owner(SLOT));
        Participants register = new Participants(words, LAYOUT, null, "house");
        StoreOptions options =
                new StoreOptions(1, 1, LONG_NANOS, LONG_NANOS, false, name -> Tenant.CAPACITY, System::nanoTime);
        Clock clock = new Clock(System::nanoTime, System.nanoTime());
        try (WakeSockets bell =
                WakeSockets.open(slot -> directory.resolve(Integer.toString(slot)), SLOT, RegionLayout.PARTICIPANTS)) {
            register.join(SLOT, 0, 0);
            Housekeeper housekeeper = new Operations(structures, register, bell, clock, options).housekeeper();
            Thread thread = Thread.ofPlatform().daemon().start(housekeeper);
            words.isCut = true;
            Background.await(() -> words.failures.get() >= FAILURES);
            int failures = words.failures.get();
            assertTrue(
                    timesPaused(thread) >= failures - 1,
                    "errors without a pause, but for the last one, whose pause may not have begun");
            housekeeper.close();
            LockSupport.unpark(thread);
            thread.join();
        }
    }

    private static long timesPaused(Thread thread) {
        return ManagementFactory.getThreadMXBean()
                .getThreadInfo(thread.threadId())
                .getWaitedCount();
    }
}

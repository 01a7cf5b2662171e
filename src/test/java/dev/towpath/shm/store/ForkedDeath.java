package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.shm.memory.ForkedJvm;
import dev.towpath.shm.memory.LockFile;
import dev.towpath.shm.memory.RegionDirectory;
import dev.towpath.shm.memory.RegionView;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A death as it is: a JVM of its own halts in the middle of an operation on a region in a file, the kernel releases the
 * lock of its slot, and who looks for the dead next finds that lock free and recovers it.
 *
 * <p>The others of the {@link CrashTrial} hold their locks, so that they are not taken for dead.
 */
final class ForkedDeath implements AutoCloseable {

    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Path base;
    private final Ground ground;
    private final RegionDirectory directory;
    private final long createdAtNanos;
    private final List<LockFile> locks;

    /** Lets people die in a region that {@link Ground#mapped} has made. */
    ForkedDeath(Path base, Ground ground) {
        this.base = base;
        this.ground = ground;
        this.directory = RegionDirectory.open(base);
        this.locks = CrashTrial.SURVIVORS.stream().map(this::lock).toList();
        try (RegionView view = RegionView.open(directory, Ground.PREFIX, Inspection.spec())) {
            assertNotNull(view);
            this.createdAtNanos = view.header().createdAtNanos();
        }
    }

    private LockFile lock(int slot) {
        LockFile lock = LockFile.tryAcquire(directory.participantLock(Ground.PREFIX, slot));
        assertNotNull(lock);
        return lock;
    }

    /** Performs an operation in a JVM that halts before one of its writes. */
    void die(Deed deed, int write) {
        try (ForkedJvm victim = ForkedJvm.start(
                Victim.class,
                base.toString(),
                deed.name(),
                Integer.toString(write),
                Long.toString(ground.nowMillis()))) {
            assertEquals(Victim.LAST_WORDS, victim.readLine());
            assertEquals("(end of output)", victim.readLine(), () -> deed + ", write " + write);
            assertEquals(Victim.DIED, victim.waitFor(), () -> deed + ", write " + write);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Opens the region as a layer does, which keeps house and so recovers whoever is dead, and closes it again. */
    void recover(Tenant witness) {
        List<Integer> dead = Stream.of(CrashTrial.VICTIM, CrashTrial.CORPSE)
                .filter(witness::isJoined)
                .toList();
        ground.lookForTheDead();
        Store store = Store.open(base, Ground.PREFIX, ground.options(createdAtNanos));
        dead.forEach(slot -> awaitRecovery(witness, slot));
        boolean rung = witness.isRung();
        store.close();
        if (!rung) {
            witness.forgetRings(); // who leaves rings too
        }
        List.of(CrashTrial.VICTIM, CrashTrial.CORPSE)
                .forEach(slot -> assertFalse(witness.isJoined(slot), () -> slot + " was not recovered"));
        CrashTrial.SURVIVORS.forEach(
                slot -> assertTrue(witness.isJoined(slot), () -> slot + " lives and was taken for dead"));
    }

    private static void awaitRecovery(Tenant witness, int slot) {
        long begin = System.nanoTime();
        while (witness.isJoined(slot)) {
            assertTrue(System.nanoTime() - begin < PATIENCE_NANOS, () -> slot + " was not recovered");
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    @Override
    public void close() {
        locks.forEach(LockFile::close);
    }
}

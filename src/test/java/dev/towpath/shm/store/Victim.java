package dev.towpath.shm.store;

import dev.towpath.shm.memory.Fuse;
import dev.towpath.shm.memory.LockFile;
import dev.towpath.shm.memory.RegionDirectory;
import dev.towpath.shm.memory.SteppedWords;
import java.nio.file.Path;

/** Performs an operation of {@link Deeds} in a JVM of its own, and halts it before a write to the region. */
public final class Victim {

    /** The number of the exit of a JVM that has halted. */
    static final int DIED = 137;

    /** What is printed by who has taken his lock and begins. */
    static final String LAST_WORDS = "begins";

    private Victim() {}

    /**
     * Dies.
     *
     * @param arguments directory, name of the operation, number of the write, and the time in the region
     */
    public static void main(String[] arguments) {
        Path base = Path.of(arguments[0]);
        Deed deed = Deeds.named(arguments[1]);
        LockFile lock =
                LockFile.tryAcquire(RegionDirectory.open(base).participantLock(Ground.PREFIX, CrashTrial.VICTIM));
        if (lock == null) {
            throw new IllegalStateException("somebody else has the slot");
        }
        Ground ground = Ground.mapped(base);
        ground.startClockAt(Long.parseLong(arguments[3]));
        Fuse fuse = ground.fuse(Integer.parseInt(arguments[2]));
        System.out.println(LAST_WORDS);
        SteppedWords.Hook hook = (access, offset) -> Fuse.haltInstead(() -> fuse.before(access, offset), DIED);
        deed.act().run(ground, ground.tenant(CrashTrial.VICTIM, deed.evicting(), hook));
    }
}

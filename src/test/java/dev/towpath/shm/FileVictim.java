package dev.towpath.shm;

import dev.towpath.shm.memory.Fuse;
import java.nio.file.Path;

/** Does a {@link FileDeed} in a JVM of its own, and halts it before one of its steps. */
public final class FileVictim {

    /** The number of the exit of a JVM that has halted. */
    static final int DIED = 137;

    private FileVictim() {}

    /**
     * Dies.
     *
     * @param arguments directory, what to do, number of the step
     */
    public static void main(String[] arguments) {
        Fuse fuse = Fuse.before(Integer.parseInt(arguments[2]));
        FileDeed.valueOf(arguments[1])
                .perform(Path.of(arguments[0]), step -> Fuse.haltInstead(() -> fuse.before(step), DIED));
    }
}

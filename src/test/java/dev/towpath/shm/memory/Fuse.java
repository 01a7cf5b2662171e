package dev.towpath.shm.memory;

import java.util.function.LongPredicate;

/**
 * Kills an operation before one of its writes to shared memory, or of its steps with files, and counts them.
 *
 * <p>Between two writes nothing changes that others can see: to die after a write is to die before the next one. Who is
 * dead dies at every later access too, so that no {@code finally} can repair anything.
 */
public final class Fuse implements SteppedWords.Hook, SteppedFileSystem.Hook {

    private final LongPredicate ignored;
    private final int length;
    private int writes;
    private boolean burnt;

    private Fuse(int length, LongPredicate ignored) {
        this.length = length;
        this.ignored = ignored;
    }

    /** Kills before a write, the first of which has the number 0. */
    public static Fuse before(int write) {
        return before(write, offset -> false);
    }

    /** The same, if writes to some places do not count. */
    public static Fuse before(int write, LongPredicate ignored) {
        return new Fuse(write, ignored);
    }

    /** Kills nobody. */
    public static Fuse endless() {
        return before(Integer.MAX_VALUE);
    }

    @Override
    public void before(Access access, long offset) {
        if (burnt || access.isWrite() && !ignored.test(offset)) {
            burn();
        }
    }

    @Override
    public void before(String step) {
        burn();
    }

    private void burn() {
        if (burnt || writes++ == length) {
            burnt = true;
            throw new Death();
        }
    }

    /** Halts the JVM where a thread would die. */
    public static void haltInstead(Runnable access, int status) {
        try {
            access.run();
        } catch (Death now) {
            Runtime.getRuntime().halt(status);
        }
    }

    /** How many writes or steps there were that count, the last one of a dead one included. */
    public int writes() {
        return writes;
    }

    /** Runs an operation; whether it came to its end. */
    public boolean survives(Runnable operation) {
        try {
            operation.run();
        } catch (Death expected) {
            burnt = true;
        }
        return !burnt;
    }
}

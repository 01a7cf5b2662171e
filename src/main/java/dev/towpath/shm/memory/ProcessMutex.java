package dev.towpath.shm.memory;

/**
 * Gives the one mutex under which a process opens, probes, locks and closes lock files.
 *
 * <p>A POSIX file lock belongs to the process, not to the descriptor that took it, and closing <em>any</em> descriptor
 * of the file drops it without a word. So "is this file ours already?" and "open it" must be one step for the whole
 * process. Two copies of this library in one process, loaded by two class loaders as application servers do, have two
 * of every static field and would not see each other's mutex.
 *
 * <p>What all class loaders of a JVM do share is the table of interned strings. The mutex is therefore a string literal
 * with a name that nobody else uses. That a stranger could lock it too is the usual objection to such a lock, and here
 * it is the purpose.
 *
 * <p>Nothing waits for another process while it holds the mutex, and nothing parks in it: locks are tried, never
 * awaited.
 */
public final class ProcessMutex {

    private static final String MONITOR = "dev.towpath.shm.memory.ProcessMutex";

    private ProcessMutex() {}

    /**
     * Returns the object to synchronize on.
     *
     * @return the same object in every class loader of this process
     */
    public static Object monitor() {
        return MONITOR.intern();
    }
}

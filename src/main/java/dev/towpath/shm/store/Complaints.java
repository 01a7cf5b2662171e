package dev.towpath.shm.store;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.Set;

/**
 * Logs what a thread in the background fails with and tries again: each kind once, because damage stays, and a log that
 * is full of it helps nobody.
 *
 * <p>For one thread.
 */
final class Complaints {

    private final Logger logger;
    private final String what;
    private final Set<Class<?>> made = new HashSet<>();

    /** Complains about what is done in the background, in the name of a class. */
    Complaints(Class<?> who, String what) {
        this.logger = System.getLogger(who.getName());
        this.what = what;
    }

    /** Logs an exception, if it is the first of its class. */
    void about(RuntimeException e) {
        if (made.add(e.getClass())) {
            logger.log(
                    Level.WARNING,
                    what + " failed and will be tried again; further errors of this kind will not be logged",
                    e);
        }
    }
}

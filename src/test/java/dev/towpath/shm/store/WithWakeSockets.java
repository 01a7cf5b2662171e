package dev.towpath.shm.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A test with the sockets of some participants in a directory of its own. */
abstract class WithWakeSockets {
    static final int SLOTS = 16;
    static final int RINGER = 0;
    static final int SLEEPER = 1;

    /** Longer than any healthy wake-up takes: a sleep that ends because of it is a failure. */
    static final long LONG_NANOS = TimeUnit.MINUTES.toNanos(1);

    @TempDir
    Path directory;

    final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    final WakeSockets open(IntFunction<Path> paths, int slot) {
        WakeSockets sockets = WakeSockets.open(paths, slot, SLOTS);
        opened.add(sockets);
        return sockets;
    }

    final WakeSockets open(int slot) {
        return open(this::path, slot);
    }

    final Path path(int slot) {
        return directory.resolve(slot + ".sock");
    }
}

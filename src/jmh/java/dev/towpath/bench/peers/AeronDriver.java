package dev.towpath.bench.peers;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.BackoffIdleStrategy;

/** Starts Aeron's media driver, which makes the buffers and says how far a writer may go; data does not pass it. */
final class AeronDriver {
    private AeronDriver() {}

    /** Starts it for the rest of this JVM's life. */
    static String start(Path folder) {
        MediaDriver driver = MediaDriver.launch(new MediaDriver.Context()
                .aeronDirectoryName(folder.resolve("driver").toString())
                .threadingMode(ThreadingMode.SHARED)
                .sharedIdleStrategy(new BackoffIdleStrategy(1, 1, 1_000, TimeUnit.MILLISECONDS.toNanos(1)))
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true));
        return driver.aeronDirectoryName();
    }
}

package dev.towpath.bench.peers;

import dev.towpath.Sender;
import dev.towpath.shm.SharedMemoryLayer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Opens regions of 100 MiB, fills them, and watches others die. */
final class OpeningWork {
    private static final int MEBI_OF_MESSAGES = 100;

    private @Nullable SharedMemoryLayer joined;

    /** Does what the second word says. */
    String obey(String[] words) throws InterruptedException {
        return switch (words[1]) {
            case "fill" -> fill(Path.of(words[2]));
            case "join" -> join(Path.of(words[2]));
            case "close" -> close();
            case "open" -> open(Path.of(words[2]));
            case "new" -> openNew(Path.of(words[2]));
            case "watch" -> watch();
            default -> throw new IllegalArgumentException("unknown command " + words[1]);
        };
    }

    private String join(Path folder) {
        joined = AloneWork.open(folder, MEBI_OF_MESSAGES);
        return "";
    }

    private SharedMemoryLayer layer() {
        if (joined == null) {
            throw new IllegalStateException("not joined");
        }
        return joined;
    }

    /** Joins, and fills the memory with small messages. */
    private String fill(Path folder) {
        join(folder);
        List<byte[]> payloads = Collections.nCopies(64, new byte[64]);
        Sender sender = layer().sender("full");
        while (sender.sendAll(payloads) > 0) {
            Thread.onSpinWait();
        }
        return "";
    }

    private String close() {
        layer().close();
        return "";
    }

    /** Milliseconds to open what is there. */
    private static String open(Path folder) {
        long begin = System.nanoTime();
        SharedMemoryLayer layer = AloneWork.open(folder, MEBI_OF_MESSAGES);
        long opened = System.nanoTime();
        layer.close();
        return Double.toString((opened - begin) / 1e6);
    }

    /** Milliseconds to make a region. */
    private static String openNew(Path folder) {
        SharedMemoryLayer.Builder builder = SharedMemoryLayer.builder("new").directory(folder);
        long begin = System.nanoTime();
        SharedMemoryLayer layer = builder.open();
        long opened = System.nanoTime();
        layer.close();
        SharedMemoryLayer.delete(folder, "new");
        return Double.toString((opened - begin) / 1e6);
    }

    /** Waits until nobody else is joined; the time when that was seen. */
    private String watch() throws InterruptedException {
        while (layer().statistics().participants() > 1) {
            TimeUnit.MICROSECONDS.sleep(500);
        }
        return Long.toString(System.nanoTime());
    }
}

package dev.towpath.example;

import java.io.UncheckedIOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** Listens to a stream of server-sent events, and remembers what it heard. */
final class Listener implements Runnable {
    private static final String DATA = "data: ";

    private final Stream<String> lines;
    private final CountDownLatch welcome = new CountDownLatch(1);

    /** A set: a broadcast whose worker was killed before it could answer is asked for, and heard, again. */
    private final Set<String> heard = ConcurrentHashMap.newKeySet();

    Listener(Stream<String> lines) {
        this.lines = lines;
    }

    @Override
    public void run() {
        try (lines) {
            lines.forEach(this::hear);
        } catch (UncheckedIOException e) {
            // The stream was cut off.
        }
    }

    private void hear(String line) {
        welcome.countDown();
        if (line.startsWith(DATA)) {
            heard.add(line);
        }
    }

    void awaitWelcome() throws InterruptedException {
        welcome.await();
    }

    int heard() {
        return heard.size();
    }
}

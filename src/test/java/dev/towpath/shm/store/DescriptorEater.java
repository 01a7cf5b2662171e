package dev.towpath.shm.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Scanner;
import java.util.concurrent.TimeUnit;

/** Sleeps on a socket in a process that has opened as many files as it may. */
public final class DescriptorEater {

    private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private DescriptorEater() {}

    /**
     * Obeys the lines of the standard input.
     *
     * @param arguments the socket's path
     */
    public static void main(String[] arguments) throws IOException {
        Path path = Path.of(arguments[0]);
        Scanner input = new Scanner(System.in);
        Deque<AutoCloseable> eaten = new ArrayDeque<>();
        try (WakeSockets sockets = WakeSockets.open(slot -> path, 1, 16)) {
            sockets.await(0, () -> false);
            say("ready");
            input.nextLine();
            eat(eaten, path.resolveSibling("eaten"));
            int wakings = 0;
            while (wakings < 1000 && sockets.await(NAP_NANOS, () -> false)) {
                wakings++;
            }
            say(wakings < 100 ? "slept" : "was woken " + wakings + " times");
            input.nextLine();
            for (AutoCloseable one : eaten) {
                closeQuietly(one);
            }
            while (!sockets.await(NAP_NANOS, () -> false)) {
                Thread.onSpinWait();
            }
            while (sockets.await(NAP_NANOS, () -> false)) {
                Thread.onSpinWait();
            }
            say("let go");
            input.nextLine();
            say(sockets.await(TimeUnit.MINUTES.toNanos(1), () -> false) ? "woken" : "not woken");
        }
    }

    private static void eat(Deque<AutoCloseable> eaten, Path file) {
        try {
            while (true) {
                eaten.add(Files.newOutputStream(file));
            }
        } catch (IOException e) {
            // That was the last one.
        }
    }

    private static void closeQuietly(AutoCloseable one) throws IOException {
        try {
            one.close();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void say(String line) {
        System.out.println(line);
    }
}

package dev.towpath.example;

import java.io.Console;

/** Shows how far the demo is, on one line of a terminal, or else on a line now and then. */
final class Progress {
    private static final long EVERY_NANOS = 100_000_000;
    private static final long EVERY_NANOS_ELSEWHERE = 1_000_000_000;

    private final boolean terminal = isTerminal();
    private final int requests;
    private final long start = System.nanoTime();
    private long last = start - EVERY_NANOS_ELSEWHERE;

    Progress(int requests) {
        this.requests = requests;
    }

    /** Shows it if it is time to. */
    void show(int answered, int failed, long waiting) {
        long now = System.nanoTime();
        if (now - last >= (terminal ? EVERY_NANOS : EVERY_NANOS_ELSEWHERE)) {
            last = now;
            long perSecond = Math.round(answered / Math.max((now - start) / 1e9, 1e-3));
            String line = "%,6d of %,d requests   %,5d/s   %,3d failed   %,3d messages waiting"
                    .formatted(answered, requests, perSecond, failed, waiting);
            System.out.print(terminal ? "\r" + line : line + "\n");
        }
    }

    /** Says something on a line of its own, above the progress. */
    void say(String text) {
        System.out.println((terminal ? "\r\033[K" : "") + text);
    }

    @SuppressWarnings("SystemConsoleNull") // which it is on some versions of Java, and is not on others
    private static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}

package dev.towpath.bench.peers;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Plays ping-pong with two words of a mapped file: what the machine gives at best just now. */
final class CacheLine {
    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();
    private static final int RUNS = 11;
    private static final int TURNS = 5_000;
    private static final long PING = 0;
    private static final long PONG = 128;
    private static final int BYTES = 4096;

    private CacheLine() {}

    /** Makes the file. */
    static void create(Path file) throws IOException {
        Files.write(file, new byte[BYTES]);
    }

    /** Plays one side; the median round trip in nanoseconds. */
    static double play(Path file, boolean left) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                Arena arena = Arena.ofConfined()) {
            MemorySegment words = channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES, arena);
            double[] nanos = new double[RUNS];
            for (int run = 0; run < RUNS; run++) {
                long begin = System.nanoTime();
                turns(words, run * (long) TURNS, left);
                nanos[run] = (System.nanoTime() - begin) / (double) TURNS;
            }
            Arrays.sort(nanos);
            return nanos[RUNS / 2];
        }
    }

    private static void turns(MemorySegment words, long from, boolean left) {
        for (long turn = from + 1; turn <= from + TURNS; turn++) {
            if (left) {
                WORD.setRelease(words, PING, turn);
                await(words, PONG, turn);
            } else {
                await(words, PING, turn);
                WORD.setRelease(words, PONG, turn);
            }
        }
    }

    private static void await(MemorySegment words, long offset, long turn) {
        while ((long) WORD.getAcquire(words, offset) != turn) {
            Thread.onSpinWait();
        }
    }
}

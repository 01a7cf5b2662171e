package dev.towpath.shm;

import dev.towpath.shm.memory.SegmentWords;
import dev.towpath.shm.memory.Words;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Lets processes wait for each other, with a word in a mapped file for each, until somebody ends it. */
final class Meeting {

    private static final int WORDS = 64;
    private static final long ENDED_AT = (WORDS - 1) * Long.BYTES;

    private final Words words;
    private final int number;
    private final int count;
    private long met;

    private Meeting(Words words, int number, int count) {
        this.words = words;
        this.number = number;
        this.count = count;
    }

    /** Takes part as one of some. */
    static Meeting open(Path file, int number, int count) {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new Meeting(
                    new SegmentWords(channel.map(MapMode.READ_WRITE, 0, (long) WORDS * Long.BYTES, Arena.ofAuto())),
                    number,
                    count);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until all have come as often as this one; false if the meeting has been ended. */
    boolean meet() {
        met++;
        words.setRelease((long) number * Long.BYTES, met);
        for (int i = 0; i < count; i++) {
            while (words.getVolatile((long) i * Long.BYTES) < met) {
                if (words.getVolatile(ENDED_AT) != 0) {
                    return false;
                }
                Thread.yield();
            }
        }
        return true;
    }

    /** Waits until all have come that often. */
    void await(long times) {
        for (int i = 0; i < count; i++) {
            while (words.getVolatile((long) i * Long.BYTES) < times) {
                Thread.yield();
            }
        }
    }

    /** Lets nobody wait any more. */
    void end() {
        words.setRelease(ENDED_AT, 1);
    }
}

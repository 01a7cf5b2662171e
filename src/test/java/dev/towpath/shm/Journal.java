package dev.towpath.shm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Notes of one process in a mapped file, which outlive it whatever kills it: a number for each thing that it did, zero
 * where it has done nothing yet.
 */
final class Journal {

    /** How much can be noted. */
    static final int MOST = 1 << 24;

    private static final int RESERVE = 1 << 10;

    private final LongBuffer entries;
    private int next;

    private Journal(LongBuffer entries) {
        this.entries = entries;
    }

    static Journal open(Path file) {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = channel.map(MapMode.READ_WRITE, 0, (long) MOST * Long.BYTES);
            return new Journal(bytes.order(ByteOrder.nativeOrder()).asLongBuffer());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void set(int index, long value) {
        entries.put(index, value);
    }

    long get(int index) {
        return entries.get(index);
    }

    /** Notes a number, which must not be zero, behind the others. */
    void append(long value) {
        entries.put(next++, value);
    }

    /** Whether there is hardly any room left. */
    boolean isFull() {
        return next >= MOST - RESERVE;
    }

    /** Counts the numbers from the first to the last that is not zero. */
    int length() {
        int length = 0;
        while (length < MOST && entries.get(length) != 0) {
            length++;
        }
        return length;
    }
}

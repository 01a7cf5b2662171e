package dev.towpath;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Payloads that are numbers, for tests that look for what is lost or comes twice. */
public final class Numbered {
    private Numbered() {}

    /** Makes the payload that is a number. */
    public static byte[] payload(long number) {
        byte[] bytes = new byte[Long.BYTES];
        MemorySegment.ofArray(bytes).set(ValueLayout.JAVA_LONG_UNALIGNED, 0, number);
        return bytes;
    }

    /** Reads the number of a payload. */
    public static long number(MemorySegment payload) {
        return payload.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    }
}

package dev.towpath.wire;

import dev.towpath.MessageCodec;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Makes maps with marks of messages, and opens them again. Thread-safe.
 *
 * <p>A map with a mark is the start of the map and the mark as its end, so that who sends a message with many marks has
 * to send the start only once.
 */
public interface EnvelopeFormat {
    /** Gives the codec of the maps, which refuses messages that have the key of a mark. */
    MessageCodec codec();

    /** Makes the map that bytes travel as. */
    byte[] ofBytes(ByteBuffer bytes);

    /** Gives all of a map that was made or opened here but its end, so that only a mark has to follow. */
    byte[] start(byte[] map);

    /** Makes the mark that is a name, with the end of the map. */
    byte[] mark(String key, String name);

    /** Makes the mark that is a list of names, with the end of the map. */
    byte[] mark(String key, List<String> names);

    /** Makes a map with one more entry, the last: a name. */
    default byte[] marked(byte[] map, String key, String name) {
        return concat(start(map), mark(key, name));
    }

    /** Makes a map with one more entry, the last: a list of names. */
    default byte[] marked(byte[] map, String key, List<String> names) {
        return concat(start(map), mark(key, names));
    }

    /**
     * Opens what has arrived.
     *
     * @param map what has arrived
     * @throws IllegalArgumentException if it is not one map with text keys, or a mark is neither a name nor a list of
     *     names; it says why
     */
    Envelope open(byte[] map);

    private static byte[] concat(byte[] start, byte[] end) {
        byte[] whole = Arrays.copyOf(start, start.length + end.length);
        System.arraycopy(end, 0, whole, start.length, end.length);
        return whole;
    }
}

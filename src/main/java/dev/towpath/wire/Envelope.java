package dev.towpath.wire;

import dev.towpath.MessageCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds a message as it arrived, apart from the marks that said where it goes. Immutable.
 *
 * <p>A mark is an entry of the map that a message travels as. Bytes that are no map travel as the only entry of one,
 * under {@link #BYTES_KEY}, so that a Python program sees and can send them too.
 */
public final class Envelope {
    /** The key of the full name, or the list of full names, that a message was sent to. */
    public static final String CHANNEL_KEY = MessageCodec.RESERVED_KEY;

    /** The key of the group that a message was sent to. */
    public static final String GROUP_KEY = "__asgi_group__";

    /** The key of a message that is bytes. */
    public static final String BYTES_KEY = "__towpath_bytes__";

    private final byte[] payload;
    private final byte[] unmarked;
    private final Map<String, List<String>> marks;

    Envelope(byte[] payload, byte[] unmarked, Map<String, List<String>> marks) {
        this.payload = payload;
        this.unmarked = unmarked;
        this.marks = marks;
    }

    /**
     * Reads the value of a mark.
     *
     * @throws IllegalArgumentException if it is neither a name nor a list of names
     */
    static List<String> names(String key, @Nullable Object value) {
        if (value instanceof String name) {
            return List.of(name);
        }
        List<String> names = new ArrayList<>();
        if (value instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof String name) {
                    names.add(name);
                }
            }
            if (names.size() == list.size()) {
                return List.copyOf(names);
            }
        }
        throw new IllegalArgumentException("its " + key + " is neither a name nor a list of names");
    }

    /** Gives the user's message: the bytes, or the map without the marks. The envelope's own array, not a copy. */
    public byte[] payload() {
        return payload;
    }

    /** Gives the map without the marks, as it travels. The envelope's own array, not a copy. */
    public byte[] unmarked() {
        return unmarked;
    }

    /** Gives the names under a mark; none if the message does not have it. */
    public List<String> names(String key) {
        return marks.getOrDefault(key, List.of());
    }
}

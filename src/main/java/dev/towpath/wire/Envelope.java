package dev.towpath.wire;

import dev.towpath.MessageCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds a message as it travels: a map in MessagePack, in which some entries are marks that say where it goes.
 * Immutable.
 *
 * <p>Bytes that are no map travel as the only entry of one, under {@link #BYTES_KEY}, so that a Python program sees and
 * can send them too.
 */
public final class Envelope {
    /** The key of the full name, or the list of full names, that a message was sent to. */
    public static final String CHANNEL_KEY = MessageCodec.RESERVED_KEY;

    /** The key of the group that a message was sent to. */
    public static final String GROUP_KEY = "__asgi_group__";

    /** The key of a message that is bytes. */
    public static final String BYTES_KEY = "__towpath_bytes__";

    private static final int HEADER_ROOM = 8;

    private final byte[] payload;
    private final byte[] unmarked;
    private final Map<String, List<String>> marks;

    private Envelope(byte[] payload, byte[] unmarked, Map<String, List<String>> marks) {
        this.payload = payload;
        this.unmarked = unmarked;
        this.marks = marks;
    }

    /** Makes the map that bytes travel as. */
    public static byte[] ofBytes(ByteBuffer bytes) {
        MessagePackWriter writer = new MessagePackWriter(HEADER_ROOM + BYTES_KEY.length() + bytes.remaining());
        writer.startMap(1);
        writer.writeText(BYTES_KEY);
        writer.writeBytes(bytes);
        return writer.toByteArray();
    }

    /** Makes a map with one more entry, the last: a name. */
    public static byte[] marked(byte[] map, String key, String name) {
        return marked(map, mark(key, name));
    }

    /** Makes a map with one more entry, the last: a list of names. */
    public static byte[] marked(byte[] map, String key, List<String> names) {
        return marked(map, mark(key, names));
    }

    private static byte[] marked(byte[] map, byte[] mark) {
        byte[] header = headerWithMark(map);
        byte[] entries = entries(map);
        byte[] whole = Arrays.copyOf(header, header.length + entries.length + mark.length);
        System.arraycopy(entries, 0, whole, header.length, entries.length);
        System.arraycopy(mark, 0, whole, header.length + entries.length, mark.length);
        return whole;
    }

    /** Gives the start of a map, for one entry more than it has. */
    public static byte[] headerWithMark(byte[] map) {
        MessagePackWriter writer = new MessagePackWriter(HEADER_ROOM);
        writer.startMap(new MessagePackReader(map).readMapStart() + 1);
        return writer.toByteArray();
    }

    /** Gives the entries of a map, without its start. */
    public static byte[] entries(byte[] map) {
        MessagePackReader reader = new MessagePackReader(map);
        reader.readMapStart();
        return Arrays.copyOfRange(map, reader.position(), map.length);
    }

    /** Makes the entry that is a name. */
    public static byte[] mark(String key, String name) {
        MessagePackWriter writer = new MessagePackWriter(HEADER_ROOM + key.length() + name.length());
        writer.writeText(key);
        writer.writeText(name);
        return writer.toByteArray();
    }

    /** Makes the entry that is a list of names. */
    public static byte[] mark(String key, List<String> names) {
        MessagePackWriter writer = new MessagePackWriter(HEADER_ROOM + key.length() + 64 * names.size());
        writer.writeText(key);
        writer.startList(names.size());
        names.forEach(writer::writeText);
        return writer.toByteArray();
    }

    /**
     * Opens what has arrived. The values that are not marks are passed over: whether they can be read is found out by
     * whoever decodes the payload.
     *
     * @param map what has arrived
     * @param markKeys the keys of the marks, wherever in the map they are
     * @throws IllegalArgumentException if it is not one map with text keys, or a mark is neither a name nor a list of
     *     names; it says why
     */
    public static Envelope open(byte[] map, String... markKeys) {
        MessagePackReader reader = new MessagePackReader(map);
        int size = reader.readMapStart();
        Map<String, List<String>> marks = new TreeMap<>();
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            int start = reader.position();
            String key = reader.readText();
            int valueStart = reader.position();
            if (Arrays.asList(markKeys).contains(key)) {
                marks.put(key, names(key, reader.readValue()));
            } else {
                reader.skip();
                entries.add(new Entry(key, start, valueStart, reader.position()));
            }
        }
        reader.requireEnd();
        byte[] unmarked = marks.isEmpty() ? map : without(map, entries);
        byte[] bytes = entries.size() == 1 ? bytesIn(map, entries.get(0)) : null;
        return new Envelope(bytes == null ? unmarked : bytes, unmarked, marks);
    }

    private record Entry(String key, int start, int valueStart, int end) {}

    private static byte[] without(byte[] map, List<Entry> entries) {
        MessagePackWriter writer = new MessagePackWriter(map.length);
        writer.startMap(entries.size());
        entries.forEach(entry -> writer.writeEncoded(map, entry.start, entry.end));
        return writer.toByteArray();
    }

    private static byte @Nullable [] bytesIn(byte[] map, Entry entry) {
        int code = map[entry.valueStart] & 0xff;
        if (!entry.key.equals(BYTES_KEY) || code < 0xc4 || code > 0xc6) {
            return null;
        }
        return Arrays.copyOfRange(map, entry.valueStart + 1 + (1 << (code - 0xc4)), entry.end);
    }

    private static List<String> names(String key, @Nullable Object value) {
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

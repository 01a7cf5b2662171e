package dev.towpath.wire;

import dev.towpath.MessageCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes and opens maps in MessagePack.
 *
 * <p>The values that are not marks are passed over when a map is opened: whether they can be read is found out by
 * whoever decodes the payload.
 */
public final class MessagePackFormat implements EnvelopeFormat {
    private static final int HEADER_ROOM = 8;

    private final Set<String> markKeys;
    private final MessagePackCodec codec;

    /** Creates a format with marks under these keys, wherever in a map they are. */
    public MessagePackFormat(String... markKeys) {
        this.markKeys = Set.of(markKeys);
        this.codec = new MessagePackCodec(markKeys);
    }

    @Override
    public MessageCodec codec() {
        return codec;
    }

    @Override
    public byte[] ofBytes(ByteBuffer bytes) {
        MessagePackWriter writer = new MessagePackWriter(HEADER_ROOM + Envelope.BYTES_KEY.length() + bytes.remaining());
        writer.startMap(1);
        writer.writeText(Envelope.BYTES_KEY);
        writer.writeBytes(bytes);
        return writer.toByteArray();
    }

    @Override
    public byte[] start(byte[] map) {
        MessagePackReader reader = new MessagePackReader(map);
        MessagePackWriter writer = new MessagePackWriter(HEADER_ROOM + map.length);
        writer.startMap(reader.readMapStart() + 1);
        writer.writeEncoded(map, reader.position(), map.length);
        return writer.toByteArray();
    }

    @Override
    public byte[] mark(String key, String name) {
        MessagePackWriter writer = new MessagePackWriter(HEADER_ROOM + key.length() + name.length());
        writer.writeText(key);
        writer.writeText(name);
        return writer.toByteArray();
    }

    @Override
    public byte[] mark(String key, List<String> names) {
        MessagePackWriter writer = new MessagePackWriter(HEADER_ROOM + key.length() + 64 * names.size());
        writer.writeText(key);
        writer.startList(names.size());
        names.forEach(writer::writeText);
        return writer.toByteArray();
    }

    @Override
    public Envelope open(byte[] map) {
        MessagePackReader reader = new MessagePackReader(map);
        int size = reader.readMapStart();
        Map<String, List<String>> marks = new TreeMap<>();
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            int start = reader.position();
            String key = reader.readText();
            int valueStart = reader.position();
            if (markKeys.contains(key)) {
                marks.put(key, Envelope.names(key, reader.readValue()));
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
        if (!entry.key.equals(Envelope.BYTES_KEY) || code < 0xc4 || code > 0xc6) {
            return null;
        }
        return Arrays.copyOfRange(map, entry.valueStart + 1 + (1 << (code - 0xc4)), entry.end);
    }
}

package dev.towpath.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.towpath.MessageCodec;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes and opens maps in JSON.
 *
 * <p>Bytes are Base64 there. A map that is opened is written anew, so it is in ASCII and ends in its brace.
 */
public final class JsonFormat implements EnvelopeFormat {
    private static final int EMPTY_LENGTH = "{}".length();
    private static final String EMPTY_KEY = "{\"\"";

    private final List<String> markKeys;

    /** Creates a format with marks under these keys, wherever in a map they are. */
    public JsonFormat(String... markKeys) {
        this.markKeys = List.of(markKeys);
    }

    @Override
    public MessageCodec codec() {
        return MessageCodec.json();
    }

    @Override
    public byte[] ofBytes(ByteBuffer bytes) {
        ByteBuffer base64 = Base64.getEncoder().encode(bytes);
        return ascii("{" + quoted(Envelope.BYTES_KEY) + ": "
                + quoted(ISO_8859_1.decode(base64).toString()) + "}");
    }

    @Override
    public byte[] start(byte[] map) {
        byte[] start = Arrays.copyOf(map, map.length == EMPTY_LENGTH ? 1 : map.length + 1);
        if (start.length > 1) {
            start[map.length - 1] = ',';
            start[map.length] = ' ';
        }
        return start;
    }

    @Override
    public byte[] mark(String key, String name) {
        return ascii(quoted(key) + valueAndEnd(name));
    }

    @Override
    public byte[] mark(String key, List<String> names) {
        return ascii(quoted(key) + valueAndEnd(names));
    }

    /** Has the codec write a value, because other programs can put names of any characters into a group. */
    private String valueAndEnd(Object value) {
        return new String(codec().encode(Map.of("", value)), ISO_8859_1).substring(EMPTY_KEY.length());
    }

    private static String quoted(String plain) {
        return '"' + plain + '"';
    }

    private static byte[] ascii(String json) {
        return json.getBytes(ISO_8859_1);
    }

    @Override
    public Envelope open(byte[] map) {
        Map<String, @Nullable Object> entries = codec().decode(map);
        Map<String, List<String>> marks = new TreeMap<>();
        for (String key : markKeys) {
            if (entries.containsKey(key)) {
                marks.put(key, Envelope.names(key, entries.remove(key)));
            }
        }
        byte[] unmarked = codec().encode(entries);
        byte[] bytes = entries.size() == 1 ? bytesIn(entries.get(Envelope.BYTES_KEY)) : null;
        return new Envelope(bytes == null ? unmarked : bytes, unmarked, marks);
    }

    private static byte @Nullable [] bytesIn(@Nullable Object value) {
        try {
            return value instanceof String base64 ? Base64.getDecoder().decode(base64) : null;
        } catch (IllegalArgumentException e) {
            return null; // it is no Base64, and so a map like any other
        }
    }
}

package dev.towpath.bench.peers;

import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Writes and reads {@link dev.towpath.bench.SampleMessage}, and nothing else, as code that was generated from a schema
 * would: fields in a fixed order, without their names.
 */
final class FixedFields {
    private FixedFields() {}

    /** Writes the message; how many bytes it takes. */
    static int write(Map<String, Object> message, MutableDirectBuffer buffer) {
        int at = 0;
        buffer.putLong(at, (long) message.get("id"));
        at += Long.BYTES;
        buffer.putByte(at++, (byte) ((boolean) message.get("secure") ? 1 : 0));
        Map<?, ?> user = (Map<?, ?>) message.get("user");
        buffer.putLong(at, (long) user.get("id"));
        at += Long.BYTES;
        byte[] body = (byte[]) message.get("body");
        buffer.putInt(at, body.length);
        at += Integer.BYTES;
        buffer.putBytes(at, body);
        at += body.length;
        at += buffer.putStringAscii(at, (String) message.get("type"));
        at += buffer.putStringAscii(at, (String) message.get("method"));
        at += buffer.putStringAscii(at, (String) message.get("path"));
        at += buffer.putStringAscii(at, (String) message.get("query"));
        at += buffer.putStringAscii(at, (String) message.get("reply_channel"));
        return at + buffer.putStringAscii(at, (String) user.get("name"));
    }

    /** Reads it. */
    static Map<String, Object> read(DirectBuffer buffer, int offset) {
        Map<String, Object> message = new LinkedHashMap<>();
        int at = offset;
        message.put("id", buffer.getLong(at));
        at += Long.BYTES;
        message.put("secure", buffer.getByte(at++) != 0);
        long userId = buffer.getLong(at);
        at += Long.BYTES;
        byte[] body = new byte[buffer.getInt(at)];
        at += Integer.BYTES;
        buffer.getBytes(at, body);
        message.put("body", body);
        at += body.length;
        for (String name : new String[] {"type", "method", "path", "query", "reply_channel"}) {
            String text = buffer.getStringAscii(at);
            message.put(name, text);
            at += Integer.BYTES + text.length();
        }
        message.put("user", Map.of("name", buffer.getStringAscii(at), "id", userId));
        return message;
    }
}

package dev.towpath.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** Makes the message that is measured wherever a map is sent. */
public final class SampleMessage {
    private SampleMessage() {}

    /** A message as a web server sends it, about 200 bytes once it is encoded. */
    public static Map<String, Object> map() {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("type", "http.request");
        message.put("method", "GET");
        message.put("path", "/rooms/42/messages");
        message.put("query", "since=1700000000&limit=50");
        message.put("reply_channel", "http.response?kGhTbQzWpLxN");
        message.put("id", 123_456_789L);
        message.put("secure", true);
        message.put("user", Map.of("name", "alice", "id", 42L));
        message.put("body", new byte[24]);
        return message;
    }
}

package dev.towpath.example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.util.Map;

/** Carries what a worker answered, back to the gateway. */
@SuppressWarnings("ArrayRecordComponent") // nobody compares responses
record WebResponse(int status, String contentType, byte[] body) {
    static WebResponse text(int status, String text) {
        return new WebResponse(status, "text/plain; charset=utf-8", text.getBytes(UTF_8));
    }

    static WebResponse html(String html) {
        return new WebResponse(200, "text/html; charset=utf-8", html.getBytes(UTF_8));
    }

    Map<String, Object> toMap() {
        return Map.of("status", status, "content_type", contentType, "body", body);
    }

    static WebResponse of(Map<String, Object> map) {
        Long status = (Long) requireNonNull(map.get("status")); // integers of any size arrive as Long
        return new WebResponse(Math.toIntExact(status), (String) requireNonNull(map.get("content_type")), (byte[])
                requireNonNull(map.get("body")));
    }
}

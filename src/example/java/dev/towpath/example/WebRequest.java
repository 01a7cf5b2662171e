package dev.towpath.example;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;

/**
 * Carries what a visitor asked, from the gateway to a worker.
 *
 * @param replyChannel the channel on which the gateway waits for the {@link WebResponse}
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares requests
record WebRequest(String method, String path, Map<String, List<String>> headers, byte[] body, String replyChannel) {
    /** The channel for requests: any worker may take any of them. */
    static final String CHANNEL = "http.request";

    Map<String, Object> toMap() {
        return Map.of("method", method, "path", path, "headers", headers, "body", body, "reply_channel", replyChannel);
    }

    @SuppressWarnings("unchecked") // only gateways send to CHANNEL
    static WebRequest of(Map<String, Object> map) {
        return new WebRequest(
                (String) requireNonNull(map.get("method")),
                (String) requireNonNull(map.get("path")),
                (Map<String, List<String>>) requireNonNull(map.get("headers")),
                (byte[]) requireNonNull(map.get("body")),
                (String) requireNonNull(map.get("reply_channel")));
    }
}

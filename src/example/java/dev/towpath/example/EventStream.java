package dev.towpath.example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpExchange;
import dev.towpath.ChannelLayer;
import dev.towpath.Group;
import dev.towpath.Message;
import dev.towpath.Receiver;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/** Serves one stream of server-sent events: all that is sent to the group, for as long as the visitor listens. */
final class EventStream {
    static final String GROUP = "events";

    /** How often a silent stream writes something, which is how it learns that its visitor has gone. */
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(15);

    private final ChannelLayer layer;

    EventStream(ChannelLayer layer) {
        this.layer = layer;
    }

    void serve(HttpExchange exchange) throws IOException {
        String channel = layer.newChannel("sse.send?");
        Receiver events = layer.receiver(channel);
        Group group = layer.group(GROUP);
        group.add(channel);
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            write(out, ": welcome\n\n"); // who reads this will hear everything that is sent from now on
            while (true) {
                Message event = events.receive(SIGN_OF_LIFE);
                if (event == null) {
                    group.add(channel); // again, which renews the membership
                    write(out, ": still here\n\n");
                } else {
                    write(out, format((String) requireNonNull(event.map().get("text"))));
                }
            }
        } catch (IOException | InterruptedException e) {
            // The visitor has gone.
        } finally {
            group.discard(channel);
        }
    }

    private static String format(String text) {
        return "data: " + String.join("\ndata: ", text.lines().toList()) + "\n\n";
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(UTF_8));
        out.flush();
    }
}

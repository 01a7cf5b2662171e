package dev.towpath.example;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.towpath.ChannelFullException;
import dev.towpath.ChannelLayer;
import dev.towpath.Message;
import dev.towpath.MessageTooLargeException;
import dev.towpath.Sender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;

/** Turns HTTP requests into messages, and the workers' answers into responses. Knows no worker. */
final class Gateway {
    /** The header that says how often the workers were asked: more than once when one was killed over it. */
    static final String ATTEMPTS_HEADER = "X-Attempts";

    private static final int MAX_ATTEMPTS = 10;
    private static final Duration ROOM_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(1);
    private static final int BACKLOG = 1_000;

    private final ChannelLayer layer;
    private final Sender requests;

    private Gateway(ChannelLayer layer) {
        this.layer = layer;
        this.requests = layer.sender(WebRequest.CHANNEL);
    }

    public static void main(String[] args) throws Exception {
        try (var handlers = Executors.newVirtualThreadPerTaskExecutor();
                ChannelLayer layer = SharedLayer.open(args[0])) {
            Gateway gateway = new Gateway(layer);
            EventStream events = new EventStream(layer);
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
            server.setExecutor(handlers);
            server.createContext("/", gateway::handle);
            server.createContext("/events", events::serve);
            server.start();
            InetSocketAddress address = server.getAddress();
            Jvm.greet("http://" + address.getAddress().getHostAddress() + ":" + address.getPort() + "/");
            Jvm.awaitParentsEnd();
            server.stop(0);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            respond(exchange, ask(exchange));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Asks the workers until one answers. A message is delivered at most once, so the request that a killed worker had
     * in hand is lost: asking again is the gateway's business. It asks for the answer on the same channel, so an answer
     * that was only late is as good; one that comes in addition stays unread, and expires.
     */
    private WebResponse ask(HttpExchange exchange) throws IOException, InterruptedException {
        String replyChannel = layer.newChannel("http.response?");
        Map<String, Object> request = new WebRequest(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().getPath(),
                        exchange.getRequestHeaders(),
                        exchange.getRequestBody().readAllBytes(),
                        replyChannel)
                .toMap();
        try {
            for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
                requests.send(request, ROOM_TIMEOUT);
                Message answer = layer.receive(ANSWER_TIMEOUT, replyChannel);
                if (answer != null) {
                    exchange.getResponseHeaders().set(ATTEMPTS_HEADER, String.valueOf(attempt));
                    return WebResponse.of(answer.map());
                }
            }
            return WebResponse.text(503, "No worker answers.\n");
        } catch (ChannelFullException e) {
            return WebResponse.text(503, "The workers have too much to do.\n");
        } catch (MessageTooLargeException e) {
            return WebResponse.text(413, "That was too much: " + e.getMessage() + "\n");
        }
    }

    private static void respond(HttpExchange exchange, WebResponse response) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", response.contentType());
        boolean empty =
                response.body().length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(response.status(), empty ? -1 : response.body().length);
        if (!empty) {
            exchange.getResponseBody().write(response.body());
        }
    }
}

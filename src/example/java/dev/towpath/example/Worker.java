package dev.towpath.example;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.towpath.ChannelFullException;
import dev.towpath.ChannelLayer;
import dev.towpath.GroupSend;
import dev.towpath.Message;
import dev.towpath.Receiver;
import java.util.Map;
import java.util.concurrent.Semaphore;

/** Answers requests. Any number of workers can do so, and each may come and go, or be killed, at any time. */
final class Worker {
    /** How many requests a worker has in hand at most: so many must be asked again when it is killed. */
    private static final int HANDS = 16;

    private static final String PAGE = """
            <!doctype html>
            <title>Towpath</title>
            <h1>Towpath</h1>
            <form onsubmit="fetch('/broadcast', {method: 'POST', body: say.value}); return false">
              <input id="say" placeholder="Tell everyone"> <button>Send</button>
            </form>
            <ul id="heard"></ul>
            <script>
              new EventSource('/events').onmessage = event => {
                heard.append(Object.assign(document.createElement('li'), {textContent: event.data}));
              };
            </script>
            """;

    private final ChannelLayer layer;
    private final Semaphore freeHands = new Semaphore(HANDS);

    private Worker(ChannelLayer layer) {
        this.layer = layer;
    }

    public static void main(String[] args) throws Exception {
        try (ChannelLayer layer = SharedLayer.open(args[0])) {
            Worker worker = new Worker(layer);
            Thread.ofVirtual().start(worker::work);
            Jvm.greet("ready");
            Jvm.awaitParentsEnd();
        }
    }

    private void work() {
        Receiver requests = layer.receiver(WebRequest.CHANNEL);
        try {
            while (true) {
                freeHands.acquire(); // first a hand, then a request: what nobody can work on is left to other workers
                Message message = requests.receive();
                Thread.ofVirtual().start(() -> handle(message));
            }
        } catch (InterruptedException | IllegalStateException e) {
            // The layer was closed: the end of the work.
        }
    }

    private void handle(Message message) {
        try {
            WebRequest request = WebRequest.of(message.map());
            layer.send(request.replyChannel(), answer(request).toMap());
        } catch (ChannelFullException | IllegalStateException e) {
            // The gateway does not take this answer any more, or this worker is closing: the gateway asks again.
        } finally {
            freeHands.release();
        }
    }

    private WebResponse answer(WebRequest request) {
        String body = new String(request.body(), UTF_8);
        return switch (request.path()) {
            case "/" -> WebResponse.html(PAGE);
            case "/broadcast" -> broadcast(body);
            case "/echo" -> {
                lookSomethingUp();
                yield WebResponse.text(200, request.method() + " " + body);
            }
            default -> WebResponse.text(404, "There is /, /echo, /events and /broadcast.\n");
        };
    }

    /** Tells every open event stream, whichever gateway it is at: each has added its channel to the group. */
    private WebResponse broadcast(String text) {
        GroupSend sent = layer.group(EventStream.GROUP).send(Map.of("text", text));
        return WebResponse.text(200, "told " + sent.delivered() + ", skipped " + sent.full() + "\n");
    }

    /** Stands for a query to a database. */
    private static void lookSomethingUp() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

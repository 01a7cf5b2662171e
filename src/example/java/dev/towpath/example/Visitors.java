package dev.towpath.example;

import static java.net.http.HttpRequest.BodyPublishers.ofString;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Plays the visitors of the web site: many that ask, and a few that listen. Counts what becomes of their requests. */
final class Visitors implements AutoCloseable {
    private static final int MOST_AT_ONCE = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What became of a request that was answered. */
    record Answer(long nanos, int attempts) {}

    private final String url;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(threads)
            .build();
    private final Semaphore places = new Semaphore(MOST_AT_ONCE);
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final List<Listener> listeners = new ArrayList<>();

    Visitors(String url) {
        this.url = url;
    }

    /** Starts asking. Returns at once. */
    void ask(int requests) {
        IntStream.range(0, requests).forEach(number -> threads.execute(() -> ask("number " + number)));
    }

    private void ask(String text) {
        try {
            places.acquire();
            try {
                long start = System.nanoTime();
                HttpResponse<String> response = post("echo", text);
                if (response.statusCode() != 200 || !response.body().equals("POST " + text)) {
                    throw new IOException(response.statusCode() + " " + response.body());
                }
                int attempts = (int) response.headers()
                        .firstValueAsLong(Gateway.ATTEMPTS_HEADER)
                        .orElse(1);
                answers.add(new Answer(System.nanoTime() - start, attempts));
                answered.incrementAndGet();
            } finally {
                places.release();
            }
        } catch (IOException | InterruptedException e) {
            failed.incrementAndGet();
        }
    }

    /** Starts telling all who listen. Returns at once. */
    void broadcast(String text) {
        threads.execute(() -> tell(text));
    }

    private void tell(String text) {
        try {
            post("broadcast", text);
        } catch (IOException | InterruptedException e) {
            // Nobody hears it, which the count of those who do shows.
        }
    }

    private HttpResponse<String> post(String path, String text) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(PATIENCE)
                .POST(ofString(text))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    /** Lets somebody listen to the events. Returns when they do. */
    void listen() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "events")).build();
        Listener listener =
                new Listener(http.send(request, BodyHandlers.ofLines()).body());
        threads.execute(listener);
        listener.awaitWelcome();
        listeners.add(listener);
    }

    int answered() {
        return answered.get();
    }

    int failed() {
        return failed.get();
    }

    List<Answer> answers() {
        return List.copyOf(answers);
    }

    /** Counts the broadcasts that were heard, each once for each who heard it. */
    int heard() {
        return listeners.stream().mapToInt(Listener::heard).sum();
    }

    @Override
    public void close() {
        http.shutdownNow();
        threads.shutdownNow();
    }
}

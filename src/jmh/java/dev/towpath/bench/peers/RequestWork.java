package dev.towpath.bench.peers;

import dev.towpath.Message;
import dev.towpath.Receiver;
import dev.towpath.Sender;
import dev.towpath.shm.SharedMemoryLayer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Asks from many virtual threads, and answers; a request is the name of the channel at which the answer is awaited. */
final class RequestWork {
    private static final String REQUESTS = "request";
    private static final byte[] ANSWER = new byte[64];
    private static final byte[] LAST = {};
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long SETTLING_MILLIS = 5_000;

    private final List<Thread> waiting = new ArrayList<>();
    private final List<String> held = new ArrayList<>();
    private @Nullable SharedMemoryLayer opened;

    /** Does what the second word says. */
    String obey(String[] words) throws Exception {
        return switch (words[1]) {
            case "open" -> open(Path.of(words[2]));
            case "answer" -> answer();
            case "ask" -> ask(Integer.parseInt(words[2]), Integer.parseInt(words[3]));
            case "finish" -> finish();
            case "begin" -> begin(Integer.parseInt(words[2]));
            case "hold" -> hold(Integer.parseInt(words[2]));
            case "cpu" -> Double.toString(CpuShare.ofProcessPercent(Integer.parseInt(words[2])));
            case "release" -> release();
            case "end" -> end();
            default -> throw new IllegalArgumentException("unknown command " + words[1]);
        };
    }

    private String open(Path folder) {
        opened = AloneWork.open(folder, 100);
        return "";
    }

    private SharedMemoryLayer layer() {
        if (opened == null) {
            throw new IllegalStateException("not open");
        }
        return opened;
    }

    /** Answers every request until an empty one comes. */
    private String answer() throws InterruptedException {
        Receiver requests = layer().receiver(REQUESTS);
        byte[] request = requests.receive().bytes();
        while (request.length > 0) {
            layer().send(new String(request, StandardCharsets.UTF_8), ANSWER);
            request = requests.receive().bytes();
        }
        return "";
    }

    private String finish() {
        layer().send(REQUESTS, LAST);
        return "";
    }

    /** Asks from so many threads for some time; requests per second, p50 and p99 in nanoseconds. */
    private String ask(int threads, long millis) throws Exception {
        Histogram times = new ConcurrentHistogram(3);
        long begin = System.nanoTime();
        long end = begin + TimeUnit.MILLISECONDS.toNanos(millis);
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> askers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                askers.add(executor.submit(() -> askUntil(end, times)));
            }
            for (Future<?> asker : askers) {
                asker.get();
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        return times.getTotalCount() / seconds + " " + times.getValueAtPercentile(50) + " "
                + times.getValueAtPercentile(99);
    }

    private @Nullable Void askUntil(long end, Histogram times) throws InterruptedException {
        Sender requests = layer().sender(REQUESTS);
        do {
            long begin = System.nanoTime();
            askOnce(requests);
            times.recordValue(System.nanoTime() - begin);
        } while (System.nanoTime() - end < 0);
        return null;
    }

    private void askOnce(Sender requests) throws InterruptedException {
        String reply = layer().newChannel("reply?");
        requests.send(reply.getBytes(StandardCharsets.UTF_8));
        Message answer = layer().receive(PATIENCE, reply);
        if (answer == null) {
            throw new IllegalStateException("no answer within " + PATIENCE.toSeconds() + " s");
        }
    }

    /** Lets so many threads ask, and does not wait for them. */
    private String begin(int threads) {
        Sender requests = layer().sender(REQUESTS);
        for (int i = 0; i < threads; i++) {
            waiting.add(Thread.startVirtualThread(() -> {
                try {
                    askOnce(requests);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        return "";
    }

    /** Takes so many requests without answering them, and waits a little until the askers have fallen asleep. */
    private String hold(int requests) throws InterruptedException {
        Receiver receiver = layer().receiver(REQUESTS);
        for (int i = 0; i < requests; i++) {
            held.add(new String(receiver.receive().bytes(), StandardCharsets.UTF_8));
        }
        TimeUnit.MILLISECONDS.sleep(SETTLING_MILLIS);
        return "";
    }

    private String release() {
        held.forEach(reply -> layer().send(reply, ANSWER));
        held.clear();
        return "";
    }

    private String end() throws InterruptedException {
        for (Thread thread : waiting) {
            thread.join();
        }
        waiting.clear();
        return "";
    }
}

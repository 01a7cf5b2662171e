package dev.towpath.bench.peers;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/**
 * Is the program of a forked JVM: reads one command a line, and answers each with one line that says {@code ok} or
 * {@code error}. Ends with its input.
 */
final class Worker {
    private final List<Link> links = new ArrayList<>();
    private final RequestWork requests = new RequestWork();
    private final RedisLayerWork redisLayer = new RedisLayerWork();
    private final RabbitLayerWork rabbitLayer = new RabbitLayerWork();
    private final OpeningWork openings = new OpeningWork();
    private Path folder = Path.of("");
    private Traffic traffic = Traffic.single(1);
    private boolean sleeping;
    private int bytes;

    private Worker() {}

    /** Runs until the input ends. */
    public static void main(String[] args) throws Exception {
        Worker worker = new Worker();
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String answer;
            try {
                answer = "ok " + worker.obey(line.split(" "));
            } catch (Exception | LinkageError | OutOfMemoryError e) {
                e.printStackTrace();
                answer = "error " + String.valueOf(e).replace('\n', ' ');
            }
            System.out.println(Child.PREFIX + answer);
            System.out.flush();
        }
        Runtime.getRuntime().halt(0);
    }

    private String obey(String[] words) throws Exception {
        return switch (words[0]) {
            case "open" -> open(words);
            case "close" -> close();
            case "send" -> send(number(words, 1), number(words, 2));
            case "receive" -> receive(number(words, 1), number(words, 2));
            case "answer", "answerAfter", "ask", "askAfter", "askAt" -> converse(words);
            case "line" -> Double.toString(CacheLine.play(Path.of(words[1]), words[2].equals("left")));
            case "driver" -> AeronDriver.start(Path.of(words[1]));
            case "alone" -> AloneWork.run(words[1], Path.of(words[2]), number(words, 3));
            case "redis" -> redisLayer.obey(words);
            case "rabbit" -> rabbitLayer.obey(words);
            case "requests" -> requests.obey(words);
            case "openings" -> openings.obey(words);
            default -> throw new IllegalArgumentException("unknown command " + words[0]);
        };
    }

    private static int number(String[] words, int i) {
        return Integer.parseInt(words[i]);
    }

    private String open(String[] words) throws Exception {
        Peer peer = Peer.valueOf(words[1]);
        folder = Path.of(words[2]);
        boolean left = words[3].equals("left");
        bytes = number(words, 4);
        traffic = traffic(words[5]);
        sleeping = Boolean.parseBoolean(words[6]);
        for (int i = 0; i < number(words, 7); i++) {
            links.add(peer.open(new Endpoint(folder, i, left, bytes, sleeping)));
        }
        return "";
    }

    private Traffic traffic(String batch) {
        if (batch.equals(Pair.Setting.MAPS)) {
            return Traffic.map();
        }
        int messages = Integer.parseInt(batch);
        return messages == 1 ? Traffic.single(bytes) : Traffic.batch(bytes, messages);
    }

    private String close() throws Exception {
        for (Link link : links) {
            link.close();
        }
        links.clear();
        return "";
    }

    private String send(int millis, int threads) throws Exception {
        double[] sums = inThreads(threads, mine -> new double[] {0, Work.send(mine, traffic, millis)});
        return Double.toString(sums[1]);
    }

    private String receive(int millis, int threads) throws Exception {
        double[] sums = inThreads(threads, mine -> Work.receive(mine, traffic, millis));
        return sums[0] + " " + sums[1];
    }

    /** What one of several threads does with its share of the links. */
    private interface Job {
        double[] run(List<Link> mine) throws Exception;
    }

    /** The sums of what the threads return. */
    private double[] inThreads(int threads, Job job) throws Exception {
        if (threads == 1) {
            return job.run(List.copyOf(links));
        }
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Callable<double[]>> jobs = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                List<Link> mine = new ArrayList<>();
                for (int i = t; i < Math.max(links.size(), threads); i += threads) {
                    mine.add(links.get(i % links.size()));
                }
                jobs.add(() -> job.run(List.copyOf(mine)));
            }
            double[] sums = new double[2];
            for (Future<double[]> result : executor.invokeAll(jobs)) {
                sums[0] += result.get()[0];
                sums[1] += result.get()[1];
            }
            return sums;
        }
    }

    /** Answers, or asks: {@code ask MILLIS}, {@code askAfter PAUSE MILLIS}, {@code askAt RATE MILLIS}. */
    private String converse(String[] words) throws Exception {
        Questions questions = new Questions(links.getFirst(), bytes, sleeping);
        try (SharedWord paused = new SharedWord(folder.resolve("paused"))) {
            switch (words[0]) {
                case "answer" -> questions.answer();
                case "answerAfter" -> questions.answerAfter(number(words, 1), paused);
                case "ask" -> {
                    return describe(questions.ask(number(words, 1)));
                }
                case "askAfter" -> {
                    return describe(questions.askAfter(number(words, 1), paused, number(words, 2)));
                }
                default -> {
                    int rate = number(words, 1);
                    int millis = number(words, 2);
                    return describe(
                            sleeping ? questions.askAtRateAsleep(millis, rate) : questions.askAtRate(millis, rate));
                }
            }
            return "";
        }
    }

    private static String describe(Histogram nanos) {
        return nanos.getValueAtPercentile(50)
                + " " + nanos.getValueAtPercentile(99)
                + " " + nanos.getValueAtPercentile(99.9);
    }
}

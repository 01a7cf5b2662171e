package dev.towpath.bench.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Measures requests and answers between two JVMs: virtual threads in the one ask all at once, each with a reply channel
 * of its own, and the other answers.
 */
record RequestsRow() implements Row {
    static final String NAME = "requests";
    static final Metric CPU = Metric.of("processor time while all wait", "% of a core");
    static final List<Integer> THREADS = List.of(1, 100, 10_000);

    private static final Metric RATE = new Metric("rate", "thousand requests/s", 1e3);
    private static final Metric HALF = new Metric("p50", "ms", 1e6);
    private static final Metric NEARLY_ALL = new Metric("p99", "ms", 1e6);
    private static final int MOST_ROUNDS = 3;
    private static final int WAITING_MILLIS = 5_000;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String title() {
        return "Request and answer from many virtual threads at once";
    }

    @Override
    public List<Metric> metrics() {
        return List.of(RATE, HALF, NEARLY_ALL, CPU);
    }

    @Override
    public String reference() {
        return subject(THREADS.getFirst());
    }

    @Override
    public String remark() {
        return "Each thread asks again as soon as it is answered. The processor time is that of the asking JVM while "
                + "the answers to all its threads are held back.";
    }

    static String subject(int threads) {
        return threads + " threads";
    }

    @Override
    public boolean isQuick() {
        return true;
    }

    @Override
    public void run(Workplace workplace, Pace pace, Results results) throws IOException {
        int rounds = pace.isQuick() ? 1 : Math.min(MOST_ROUNDS, pace.rounds());
        for (int round = 0; round < rounds; round++) {
            results.addLine(NAME, round, workplace.cacheLineNanos());
            for (int threads : THREADS) {
                Path folder = workplace.newFolder();
                try (Child asker = ChildJvm.start(0, workplace.log());
                        Child answerer = ChildJvm.start(1, workplace.log())) {
                    measure(asker, answerer, folder, threads, round, pace, results);
                } catch (RuntimeException e) {
                    results.note(NAME, subject(threads), e.getMessage());
                } finally {
                    workplace.delete(folder);
                }
            }
        }
    }

    private static void measure(
            Child asker, Child answerer, Path folder, int threads, int round, Pace pace, Results results) {
        asker.ask("requests", "open", folder);
        answerer.ask("requests", "open", folder);
        answerer.tell("requests", "answer");
        asker.ask("requests", "ask", threads, pace.warmUpMillis());
        double[] figures = asker.measure("requests", "ask", threads, pace.roundMillis());
        asker.ask("requests", "finish");
        answerer.answer();

        asker.ask("requests", "begin", threads);
        answerer.ask("requests", "hold", threads);
        double cpu = asker.measure("requests", "cpu", WAITING_MILLIS)[0];
        answerer.ask("requests", "release");
        asker.ask("requests", "end");

        results.add(NAME, subject(threads), RATE.name(), round, figures[0]);
        results.add(NAME, subject(threads), HALF.name(), round, figures[1]);
        results.add(NAME, subject(threads), NEARLY_ALL.name(), round, figures[2]);
        results.add(NAME, subject(threads), CPU.name(), round, cpu);
    }
}

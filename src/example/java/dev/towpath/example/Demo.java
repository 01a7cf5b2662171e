package dev.towpath.example;

import dev.towpath.LayerStatistics;
import dev.towpath.example.Visitors.Answer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Starts a gateway and two workers, plays their visitors, and kills a worker half-way. Exits with 0 if every request
 * was answered and every broadcast was heard by all.
 *
 * <p>With {@code -Ddemo.serve=true} it then stays, for curl and browsers, until Ctrl-C. With {@code
 * -Ddemo.layer=redis://127.0.0.1:6379}, or an {@code amqp://} address, the layer is on a server.
 */
public final class Demo {
    private static final int REQUESTS = 2_000;
    private static final int LISTENERS = 3;
    private static final int BROADCASTS = 5;
    private static final int STEP_MILLIS = 10;
    private static final long ECHO_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Stage stage;
    private final Progress progress = new Progress(REQUESTS);
    private long peakBytes;
    private String theKill = "";

    private Demo(Stage stage) {
        this.stage = stage;
    }

    public static void main(String[] args) {
        Stage stage = new Stage();
        Runtime.getRuntime().addShutdownHook(new Thread(stage::close)); // after the last line of main, and on Ctrl-C
        ProcessHandle.current().parent().ifPresent(parent -> Thread.ofVirtual().start(() -> endWith(parent)));
        int status = 1;
        try {
            status = new Demo(stage).play() ? 0 : 1;
        } catch (Exception e) {
            if (!stage.isClosed()) {
                e.printStackTrace();
            }
        }
        System.exit(status);
    }

    private static void endWith(ProcessHandle parent) {
        parent.onExit().join();
        System.exit(1);
    }

    private boolean play() throws Exception {
        Jvm gateway = stage.start(Gateway.class);
        Jvm first = stage.start(Worker.class);
        Jvm second = stage.start(Worker.class);
        String url = gateway.awaitGreeting();
        first.awaitGreeting();
        second.awaitGreeting();
        progress.say("Gateway at " + url + " (pid " + gateway.pid() + "), workers with pids " + first.pid() + " and "
                + second.pid());
        try (Visitors visitors = new Visitors(url)) {
            for (int i = 0; i < LISTENERS; i++) {
                visitors.listen();
            }
            visitors.ask(REQUESTS);
            direct(visitors, first);
            report(visitors);
            if (Boolean.getBoolean("demo.serve")) {
                serve(url);
            }
            return visitors.answered() == REQUESTS && visitors.heard() == LISTENERS * BROADCASTS;
        }
    }

    /** Lets things happen when their time has come: broadcasts all along, and the kill half-way. */
    private void direct(Visitors visitors, Jvm victim) throws Exception {
        int broadcasts = 0;
        int done = 0;
        while (done < REQUESTS) {
            done = visitors.answered() + visitors.failed();
            if (done >= (broadcasts + 1) * REQUESTS / (BROADCASTS + 1) && broadcasts < BROADCASTS) {
                broadcasts++;
                visitors.broadcast("broadcast " + broadcasts);
            }
            if (done >= REQUESTS / 2 && theKill.isEmpty()) {
                victim.kill();
                theKill = "worker " + victim.pid() + " after " + done + " requests";
                progress.say("Killed worker " + victim.pid() + ", started "
                        + stage.start(Worker.class).pid());
            }
            LayerStatistics now = stage.statistics();
            peakBytes = Math.max(peakBytes, now.messageMemory().usedBytes());
            progress.show(visitors.answered(), visitors.failed(), now.messagesPending());
            Thread.sleep(STEP_MILLIS);
        }
        long deadline = System.nanoTime() + ECHO_NANOS;
        while (visitors.heard() < LISTENERS * BROADCASTS && System.nanoTime() < deadline) {
            Thread.sleep(STEP_MILLIS);
        }
    }

    private void report(Visitors visitors) {
        List<Answer> answers = visitors.answers();
        List<Answer> again =
                answers.stream().filter(answer -> answer.attempts() > 1).toList();
        long[] nanos = answers.stream().mapToLong(Answer::nanos).sorted().toArray();
        long slowest = again.stream().mapToLong(Answer::nanos).max().orElse(0);
        LayerStatistics statistics = stage.statistics();
        long usedBytes = statistics.messageMemory().usedBytes();
        progress.say("answered " + visitors.answered() + " of " + REQUESTS);
        row("requests answered", "%,d".formatted(visitors.answered()));
        row("requests failed", "%,d".formatted(visitors.failed()));
        row("latency", "p50 %.1f ms, p99 %.1f ms".formatted(percentile(nanos, 50), percentile(nanos, 99)));
        row("broadcasts heard", "%d of %d".formatted(visitors.heard(), LISTENERS * BROADCASTS));
        row("messages through the layer", "%,d".formatted(statistics.messagesCount()));
        row("memory in use", "%,d KiB now, %,d KiB at most".formatted(usedBytes >> 10, peakBytes >> 10));
        row("killed", theKill);
        row("what the kill cost", "%d requests asked again, at most %.0f ms".formatted(again.size(), slowest / 1e6));
    }

    private static void row(String name, String value) {
        System.out.println("  %-28s%s".formatted(name, value));
    }

    private static double percentile(long[] sorted, int percent) {
        return sorted.length == 0 ? Double.NaN : sorted[(sorted.length - 1) * percent / 100] / 1e6;
    }

    private static void serve(String url) throws InterruptedException {
        System.out.println();
        System.out.println("Serving until Ctrl-C. Try a browser at " + url + ", or");
        System.out.println("  curl -N " + url + "events");
        System.out.println("  curl -d 'Hello all' " + url + "broadcast");
        Thread.currentThread().join();
    }
}

package dev.towpath.bench.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Is a process that reads one command a line and answers each with one line; what it says besides goes to a log. */
final class Child implements AutoCloseable {
    /** How an answer begins. */
    static final String PREFIX = "» ";

    private static final String OK = PREFIX + "ok ";
    private static final String ENDED = PREFIX + "the process has ended";
    private static final long PATIENCE_SECONDS = 120;

    private final Process process;
    private final Writer input;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private Child(Process process) {
        this.process = process;
        this.input = process.outputWriter(StandardCharsets.UTF_8);
        Thread.ofVirtual().start(this::readAnswers);
    }

    /** Starts a program. */
    static Child start(List<String> command, Path log) throws IOException {
        return new Child(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start());
    }

    private void readAnswers() {
        try (var output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            output.lines().filter(line -> line.startsWith(PREFIX)).forEach(answers::add);
        } catch (IOException | UncheckedIOException e) {
            answers.add(PREFIX + e);
        }
        answers.add(ENDED);
    }

    /** Gives a command; {@link #answer} has to be called for each. */
    Child tell(Object... words) {
        try {
            input.write(String.join(" ", Stream.of(words).map(String::valueOf).toList()) + "\n");
            input.flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the answer to the first command that has none yet, but not for ever. */
    String answer() {
        String line;
        try {
            line = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
        if (line == null) {
            close();
            throw new IllegalStateException("no answer within " + PATIENCE_SECONDS + " s");
        }
        if (!line.startsWith(OK)) {
            throw new IllegalStateException(line.substring(PREFIX.length()));
        }
        return line.substring(OK.length());
    }

    /** Gives a command and waits for its answer. */
    String ask(Object... words) {
        return tell(words).answer();
    }

    /** Gives a command and waits for the numbers that it is answered with. */
    double[] measure(Object... words) {
        return numbers(ask(words));
    }

    /** The numbers of an answer. */
    static double[] numbers(String answer) {
        return Stream.of(answer.split(" ")).mapToDouble(Double::parseDouble).toArray();
    }

    /** Ends it as a crash would. */
    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}

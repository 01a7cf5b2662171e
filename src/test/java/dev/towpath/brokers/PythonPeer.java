package dev.towpath.brokers;

import dev.towpath.wire.MessagePackCodec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A Python process whose channel layers are those of channels_redis, as a Django application's are.
 *
 * <p>It does one thing after the other: {@link #ask} waits for the result, while {@link #begin} leaves that to {@link
 * #result}. Where there is no channels_redis, the test is skipped, and the reason is printed.
 */
public final class PythonPeer implements AutoCloseable {
    private static final List<String> PROGRAMS = List.of("/usr/bin/python3", "/usr/local/bin/python3");
    private static final Path SCRIPT = Path.of("src", "test", "python", "peer.py");

    /** Runs the script with a clock that is ahead. */
    private static final String WITH_WRONG_CLOCK = """
            import runpy, sys, time
            script, ahead, right = sys.argv[1], float(sys.argv[2]), time.time
            time.time = lambda: right() + ahead
            runpy.run_path(script, run_name="__main__")
            """;

    private final MessagePackCodec codec = new MessagePackCodec();
    private final Process process;
    private final BufferedReader answers;

    private PythonPeer(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.US_ASCII);
    }

    /** Starts a process. */
    public static PythonPeer start() {
        return start(SCRIPT.toString());
    }

    /** Starts a process whose clock is wrong: so many seconds ahead, or behind if it is fewer than none. */
    public static PythonPeer startWithClock(double secondsAhead) {
        return start("-c", WITH_WRONG_CLOCK, SCRIPT.toString(), Double.toString(secondsAhead));
    }

    private static PythonPeer start(String... arguments) {
        try {
            List<String> command = new ArrayList<>(List.of(python()));
            command.addAll(List.of(arguments));
            return new PythonPeer(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives a Python that has channels_redis; skips the test if there is none. */
    public static String python() throws IOException {
        for (String program : PROGRAMS) {
            if (Files.isExecutable(Path.of(program)) && hasLayer(program)) {
                return program;
            }
        }
        String reason = "skipped: no Python with channels_redis among " + PROGRAMS;
        System.out.println(reason);
        return Assumptions.abort(reason);
    }

    private static boolean hasLayer(String program) throws IOException {
        Process trial = new ProcessBuilder(program, "-c", "import channels_redis.core")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return trial.onExit().join().exitValue() == 0;
    }

    /** Opens a layer under a name, with options as channels_redis calls them. */
    public void open(String layer, Map<String, ?> options) {
        Map<String, Object> request = new LinkedHashMap<>(options);
        request.put("layer", layer);
        request.put("operation", "open");
        begin(request);
        result();
    }

    /** Does something with a layer, and waits for what comes out. */
    public @Nullable Object ask(String layer, String operation, Object... namesAndValues) {
        begin(layer, operation, namesAndValues);
        return result();
    }

    /** Receives a message; null if none came in that time. */
    @SuppressWarnings("unchecked") // a message is a map
    public @Nullable Map<String, Object> receive(String layer, String channel, Duration timeout) {
        return (Map<String, Object>) ask(layer, "receive", "channel", channel, "timeout", seconds(timeout));
    }

    /** Receives messages until none comes for some time. */
    @SuppressWarnings("unchecked") // messages are maps
    public List<Map<String, Object>> drain(String layer, String channel, Duration timeout) {
        return (List<Map<String, Object>>) ask(layer, "drain", "channel", channel, "timeout", seconds(timeout));
    }

    private static double seconds(Duration timeout) {
        return timeout.toMillis() / 1e3;
    }

    /** Sends a message, and tells whether there was room. */
    public boolean send(String layer, String channel, Map<String, ?> message) {
        return Boolean.TRUE.equals(ask(layer, "send", "channel", channel, "message", message));
    }

    /** Begins to do something with a layer. */
    public void begin(String layer, String operation, Object... namesAndValues) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("layer", layer);
        request.put("operation", operation);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            request.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        begin(request);
    }

    private void begin(Map<String, Object> request) {
        try {
            process.outputWriter(StandardCharsets.US_ASCII)
                    .append(HexFormat.of().formatHex(codec.encode(request)))
                    .append('\n')
                    .flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the result of what was begun. */
    public @Nullable Object result() {
        try {
            String line = answers.readLine();
            if (line == null) {
                throw new AssertionError("the Python process has ended");
            }
            Map<String, Object> answer = codec.decode(HexFormat.of().parseHex(line));
            if (answer.containsKey("error")) {
                throw new AssertionError("Python says " + answer.get("error"));
            }
            return answer.get("result");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills the process. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}

package dev.towpath.brokers;

import dev.towpath.Background;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Redis server on a free port of the loopback interface, in a directory of its own, for the time of a test.
 *
 * <p>It keeps nothing over a restart unless an option says so. What is still running when the JVM ends is killed.
 */
public final class RedisBroker implements AutoCloseable {
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
    }

    private final Path folder;
    private final Path program;
    private final int port;
    private final List<String> options;
    private @Nullable Process process;

    private RedisBroker(Path folder, Path program, int port, List<String> options) {
        this.folder = folder;
        this.program = program;
        this.port = port;
        this.options = options;
    }

    /**
     * Starts a server.
     *
     * @param options what follows on its command line, such as {@code "--maxmemory", "2mb"}
     */
    public static RedisBroker start(String... options) {
        try {
            Path folder = Files.createTempDirectory("towpath-redis");
            return start(folder, RedisPrograms.find(folder), options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the server that a test dependency contains, whatever the system has. */
    public static RedisBroker startContained(String... options) {
        try {
            Path folder = Files.createTempDirectory("towpath-redis");
            return start(folder, RedisPrograms.contained(folder), options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a program that is a Redis server in a folder, which is deleted at the end. */
    private static RedisBroker start(Path folder, Path program, String... options) {
        return new RedisBroker(folder, program, Ports.free(), List.of(options)).started();
    }

    /** Starts a sentinel, which watches a server under a name and needs nobody's consent to replace it. */
    public static RedisBroker startSentinel(String name, RedisBroker watched) {
        return startSentinel(name, "127.0.0.1 " + watched.port);
    }

    /**
     * Starts a sentinel, which watches a server under a name.
     *
     * @param hostAndPort where the server is, with a space between
     * @param lines what its configuration begins with, such as {@code "requirepass secret"}
     */
    public static RedisBroker startSentinel(String name, String hostAndPort, String... lines) {
        try {
            Path folder = Files.createTempDirectory("towpath-sentinel");
            Path configuration = folder.resolve("sentinel.conf");
            List<String> settings = new ArrayList<>(List.of(lines));
            settings.addAll(List.of(
                    "sentinel monitor " + name + " " + hostAndPort + " 1",
                    "sentinel down-after-milliseconds " + name + " 500",
                    "sentinel failover-timeout " + name + " 2000"));
            Files.write(configuration, settings);
            return new RedisBroker(
                            folder,
                            RedisPrograms.find(folder),
                            Ports.free(),
                            List.of(configuration.toString(), "--sentinel"))
                    .started();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private RedisBroker started() {
        try {
            startAgain();
            return this;
        } catch (AssertionError e) {
            close();
            throw e;
        }
    }

    /** Starts the server again, on the same port and in the same directory, and waits until it answers. */
    public void startAgain() {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        boolean sentinel = options.contains("--sentinel");
        if (sentinel) {
            command.addAll(options);
        }
        command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1", "--dir", folder.toString()));
        if (!sentinel) {
            command.addAll(List.of("--save", "", "--appendonly", "no"));
            command.addAll(options);
        }
        try {
            Process started = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
            RUNNING.add(started);
            process = started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Background.await(() -> {
            requireAlive();
            return answers();
        });
    }

    private void requireAlive() {
        if (process == null || !process.isAlive()) {
            throw new AssertionError("redis-server has ended:\n" + readLog());
        }
    }

    /** Whether the server executes commands, or says that it would for somebody with a password. */
    private boolean answers() {
        try (Socket socket = Ports.connect(port)) {
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            return answer != null && (answer.startsWith("+PONG") || answer.startsWith("-NOAUTH"));
        } catch (IOException e) {
            return false;
        }
    }

    /** Asks the server to end, which lets it write what it is to keep, and waits for it. */
    public void stop() {
        end(false);
    }

    /** Kills the server, and waits for its end. */
    public void kill() {
        end(true);
    }

    private void end(boolean forcibly) {
        Process ending = process;
        if (ending != null) {
            if (forcibly) {
                ending.destroyForcibly();
            } else {
                ending.destroy();
            }
            ending.onExit().join();
            RUNNING.remove(ending);
            process = null;
        }
    }

    /** Stops the server and starts it again. */
    public void restart() {
        stop();
        startAgain();
    }

    public int port() {
        return port;
    }

    /** The address of the server, without user, password and database. */
    public String uri() {
        return "redis://127.0.0.1:" + port;
    }

    /** The directory in which the server works. */
    public Path folder() {
        return folder;
    }

    private Path log() {
        return folder.resolve("log");
    }

    private String readLog() {
        try {
            return Files.readString(log());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills the server and deletes its directory. */
    @Override
    public void close() {
        kill();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

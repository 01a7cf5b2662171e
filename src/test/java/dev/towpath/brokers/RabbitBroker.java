package dev.towpath.brokers;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A RabbitMQ broker for tests: the one that the environment variable {@value #VARIABLE} names, or else one that is
 * started from the installation found on this machine, on free ports of the loopback interface. Where there is
 * neither, the test that asks for a broker is skipped, and the reason is printed.
 *
 * <p>A started broker ends with this JVM, however the JVM ends, because a shell between them waits for the end of its
 * input. It leaves nothing behind.
 */
public final class RabbitBroker implements AutoCloseable {
    /** Names a broker that is running. */
    private static final String VARIABLE = "TOWPATH_AMQP_URI";

    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);
    private static final List<String> FOLDERS =
            List.of("/usr/lib/rabbitmq/bin", "/usr/local/sbin", "/opt/rabbitmq/sbin");

    /** Where files are in memory, if there is such a place: a broker is often told to sync them to the disk. */
    private static final Path MEMORY = Path.of("/dev/shm");

    /** Starts the name server of Erlang's nodes and the broker, and ends both when told to, or with its parent. */
    private static final String SCRIPT = """
            epmd -port "$ERL_EPMD_PORT" -address 127.0.0.1 & names=$!
            "$0" > "$HOME/output" 2>&1 & server=$!
            read -r order
            kill -KILL "$server" "$names"; wait "$server" "$names"
            rm -rf "$HOME"
            """;

    private static @Nullable RabbitBroker shared;

    private final @Nullable String program;
    private final String uri;
    private final @Nullable Path folder;
    private final int namesPort;
    private final int nodePort;
    private @Nullable Process process;

    private RabbitBroker(String uri) {
        this.uri = uri;
        this.program = null;
        this.folder = null;
        this.namesPort = 0;
        this.nodePort = 0;
    }

    private RabbitBroker(String program, Path folder) throws IOException {
        this.program = program;
        this.folder = folder;
        this.uri = "amqp://guest:guest@127.0.0.1:" + Ports.free();
        this.namesPort = Ports.free();
        this.nodePort = Ports.free();
        Files.writeString(folder.resolve("rabbitmq.conf"), """
                listeners.tcp.1 = 127.0.0.1:%d
                log.console = false
                disk_free_limit.absolute = 1MB
                """.formatted(port()));
    }

    /** Gives the broker that all tests of this JVM share; skips the test if there is none. */
    public static synchronized RabbitBroker shared() {
        if (shared == null) {
            String named = System.getenv(VARIABLE);
            shared = named != null ? new RabbitBroker(named) : startOwn();
        }
        return shared;
    }

    /** Starts a broker that the test may stop and hurt; skips the test if none is installed. */
    public static RabbitBroker startOwn() {
        String program = find();
        if (program == null) {
            String reason = "skipped: " + VARIABLE + " is not set and no rabbitmq-server is installed";
            System.out.println(reason);
            return Assumptions.abort(reason);
        }
        try {
            String prefix = "towpath-rabbitmq";
            Path folder = Files.isDirectory(MEMORY)
                    ? Files.createTempDirectory(MEMORY, prefix)
                    : Files.createTempDirectory(prefix);
            RabbitBroker broker = new RabbitBroker(program, folder);
            broker.startNode();
            return broker;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Skips the test if this broker was found running: the test would hurt it. */
    public RabbitBroker toBeHurt() {
        if (process == null) {
            String reason = "skipped: the broker that " + VARIABLE + " names is not to be hurt";
            System.out.println(reason);
            return Assumptions.abort(reason);
        }
        return this;
    }

    /** Gives the address of the broker, with user and password. */
    public String uri() {
        return uri;
    }

    /** Gives the port of the broker on its host. */
    public int port() {
        int port = URI.create(uri).getPort();
        return port < 0 ? 5672 : port;
    }

    /** Starts the Erlang node and the broker in it, and waits until it can be used. */
    private void startNode() throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", SCRIPT, required(program));
        builder.environment().putAll(environment());
        process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        long start = System.nanoTime();
        while (!accepts()) {
            if (!process.isAlive() || System.nanoTime() - start > PATIENCE_NANOS) {
                throw new IOException("the broker does not start: " + Files.readString(home().resolve("output")));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** Stops the broker, which ends all connections; its Erlang node goes on, and what is durable stays. */
    public void stop() throws IOException {
        evaluate("rabbit:stop().");
    }

    /** Starts the broker again after it was stopped, and returns when it can be used. */
    public void start() throws IOException {
        evaluate("rabbit:start().");
    }

    /** Has the broker believe that it uses too much memory, or not any more. */
    public void setMemoryAlarm(boolean on) throws IOException {
        evaluate("vm_memory_monitor:set_vm_memory_high_watermark(" + (on ? "0.00000001" : "0.4") + ").");
    }

    /** Has the broker believe that its disk is full, or not any more. */
    public void setDiskAlarm(boolean on) throws IOException {
        evaluate("rabbit_disk_monitor:set_disk_free_limit(\"" + (on ? "1000000GB" : "1MB") + "\").");
    }

    /** Deletes a queue, also one that is exclusive to a connection. */
    public void deleteQueue(String queue) throws IOException {
        evaluate("{ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<\"/\">>, queue, <<\"" + queue + "\">>)),"
                + " {ok, _} = rabbit_amqqueue:delete(Q, false, false, <<\"tests\">>).");
    }

    /** Has the broker's Erlang node evaluate an expression: a hundred times as fast as {@code rabbitmqctl}. */
    private void evaluate(String expression) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("erl_call", "-address", "127.0.0.1:" + nodePort, "-e");
        builder.environment().putAll(environment());
        Process running = builder.redirectErrorStream(true).start();
        try (OutputStream input = running.getOutputStream()) {
            input.write((expression + '\n').getBytes(StandardCharsets.US_ASCII));
        }
        String output = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (running.onExit().join().exitValue() != 0 || !output.startsWith("{ok,")) {
            throw new IOException(expression + ": " + output);
        }
    }

    /** Ends the broker and removes what it stored. Does nothing to one that was found running. */
    @Override
    public void close() throws IOException {
        if (process != null) {
            process.getOutputStream().close();
            process.onExit().join();
            process = null;
        }
    }

    private Map<String, String> environment() {
        String home = home().toString();
        return Map.ofEntries(
                Map.entry("HOME", home),
                Map.entry("RUNNING_UNDER_SYSTEMD", "yes"), // makes the broker the process that is started, not a child
                Map.entry("RABBITMQ_CONFIG_FILE", home + "/rabbitmq.conf"),
                Map.entry("RABBITMQ_ENABLED_PLUGINS_FILE", home + "/plugins"),
                Map.entry("RABBITMQ_MNESIA_BASE", home),
                Map.entry("RABBITMQ_LOG_BASE", home),
                Map.entry("RABBITMQ_NODENAME", "towpath" + port() + "@localhost"),
                Map.entry("RABBITMQ_DIST_PORT", Integer.toString(nodePort)),
                Map.entry("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}"),
                Map.entry("ERL_EPMD_ADDRESS", "127.0.0.1"),
                Map.entry("ERL_EPMD_PORT", Integer.toString(namesPort)));
    }

    private Path home() {
        return required(folder);
    }

    private static <T> T required(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("the broker is not one that the tests have started");
        }
        return value;
    }

    private static @Nullable String find() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(FOLDERS.stream(), Stream.of(path.split(File.pathSeparator)))
                .map(folder -> Path.of(folder, "rabbitmq-server"))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElse(null);
    }

    private boolean accepts() {
        try (Socket socket = Ports.connect(port())) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}

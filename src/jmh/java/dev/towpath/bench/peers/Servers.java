package dev.towpath.bench.peers;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Starts the servers that some peers need, on free ports of the loopback interface, where they are installed. */
final class Servers {
    private static final int ATTEMPTS = 600;
    private static final Map<Peer, Process> STARTED = new EnumMap<>(Peer.class);
    private static final Map<Peer, String> MISSING = new EnumMap<>(Peer.class);

    private Servers() {}

    /** Why a peer cannot take part, or null if it can. */
    static @Nullable String missing(Peer peer) {
        return MISSING.get(peer);
    }

    /** Starts what a peer needs, once. */
    static void start(Peer peer, Workplace workplace) throws IOException {
        if (STARTED.containsKey(peer) || MISSING.containsKey(peer)) {
            return;
        }
        if (peer == Peer.REDIS) {
            startRedis(workplace);
        } else if (peer == Peer.RABBITMQ) {
            startRabbit(workplace);
        }
    }

    private static void startRedis(Workplace workplace) throws IOException {
        int port = freePort();
        Path folder = workplace.newFolder();
        start(
                Peer.REDIS,
                workplace,
                "redis-server",
                port,
                Map.of(),
                List.of(
                        "--port", Integer.toString(port),
                        "--bind", "127.0.0.1",
                        "--save", "",
                        "--appendonly", "no",
                        "--dir", folder.toString()));
    }

    private static void startRabbit(Workplace workplace) throws IOException {
        int port = freePort();
        Path folder = workplace.newFolder();
        Map<String, String> environment = Map.of(
                "RABBITMQ_NODENAME", "peers" + port + "@localhost",
                "RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1",
                "RABBITMQ_NODE_PORT", Integer.toString(port),
                "RABBITMQ_DIST_PORT", Integer.toString(freePort()),
                "RABBITMQ_MNESIA_BASE", folder.toString(),
                "RABBITMQ_LOG_BASE", folder.toString(),
                "RABBITMQ_ENABLED_PLUGINS_FILE", folder.resolve("plugins").toString(),
                "HOME", folder.toString());
        start(Peer.RABBITMQ, workplace, "rabbitmq-server", port, environment, List.of());
    }

    private static void start(
            Peer peer,
            Workplace workplace,
            String program,
            int port,
            Map<String, String> environment,
            List<String> arguments)
            throws IOException {
        String found = find(program);
        if (found == null) {
            MISSING.put(peer, program + " is not installed");
            return;
        }
        ProcessBuilder builder = new ProcessBuilder(
                Stream.concat(Stream.of(found), arguments.stream()).toList());
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(workplace.log().toFile()))
                .start();
        STARTED.put(peer, process);
        System.setProperty("peers." + peer.name().toLowerCase(java.util.Locale.ROOT), Integer.toString(port));
        for (int i = 0; i < ATTEMPTS && process.isAlive(); i++) {
            if (accepts(port)) {
                return;
            }
            workplace.pause(100);
        }
        MISSING.put(peer, program + " does not start; see " + workplace.log());
    }

    /** Ends what was started. */
    static void stopAll() {
        for (Process process : STARTED.values()) {
            List<ProcessHandle> children = process.descendants().toList();
            process.destroy();
            children.forEach(ProcessHandle::destroy);
            process.onExit().join();
        }
        STARTED.clear();
    }

    private static @Nullable String find(String program) {
        return Stream.concat(
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)),
                        Stream.of("/usr/sbin"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElse(null);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}

package dev.towpath.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.towpath.BackendUnavailableException;
import dev.towpath.Background;
import dev.towpath.brokers.Certificate;
import dev.towpath.brokers.Ports;
import dev.towpath.brokers.Proxy;
import dev.towpath.brokers.RedisBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A layer reaches its server in each way that its URI can say. */
@Timeout(120)
class RedisTransportTest {
    /** More than the buffers on the way hold. */
    private static final int LARGE_BYTES = 16 << 20;

    @TempDir
    private Path folder;

    @Test
    void overAUnixSocketAndIntoAnotherDatabase() throws Exception {
        Path socket = folder.resolve("redis.sock");
        try (RedisBroker broker = RedisBroker.start("--unixsocket", socket.toString());
                RedisLayer unix = RedisLayer.open("unix://" + socket + "?db=2");
                RedisLayer network = RedisLayer.open(broker.uri() + "/2");
                RedisLayer elsewhere = RedisLayer.open(broker.uri() + "/1")) {
            var receiving = Background.start(() -> unix.receive("a")).awaitWaiting();
            network.send("a", new byte[1]);
            assertNotNull(receiving.result());
            unix.send("b", new byte[2]);
            assertNull(elsewhere.tryReceive("b"));
            assertNotNull(network.tryReceive("b"));
            assertNull(unix.receive(Duration.ofMillis(20), "a"));
            interruptsDoNotHurt(unix);
            var again = Background.startVirtual(() -> unix.receive("a")).awaitWaiting();
            broker.restart();
            network.send("a", new byte[3]);
            assertEquals(3, again.result().bytes().length);
        }
        Leaks.await();
    }

    private static void interruptsDoNotHurt(RedisLayer layer) throws Exception {
        for (var call : List.of(
                Background.start(() -> interrupted(layer)), Background.startVirtual(() -> interrupted(layer)))) {
            assertEquals(true, call.result());
        }
        var receiving = Background.startVirtual(() -> layer.receive("a")).awaitWaiting();
        receiving.interrupt();
        assertInstanceOf(InterruptedException.class, receiving.failure());
    }

    private static boolean interrupted(RedisLayer layer) {
        Thread.currentThread().interrupt();
        layer.send("c", new byte[100_000]);
        assertEquals(100_000, layer.tryReceive("c").bytes().length);
        return Thread.interrupted();
    }

    @Test
    void overTlsWithACertificateThatIsTrusted() throws Exception {
        Certificate certificate = Certificate.make(folder);
        try (RedisBroker broker = broker(certificate)) {
            String uri = "rediss://localhost:" + certificate.port();
            try (RedisLayer layer =
                    RedisLayer.builder(uri).tls(certificate.trusting()).open()) {
                var receiving = Background.start(() -> layer.receive("a")).awaitWaiting();
                layer.send("a", new byte[200_000]);
                assertEquals(200_000, receiving.result().bytes().length);
                layer.send("b", new byte[1]);
            }
            try (RedisLayer layer = RedisLayer.open(broker.uri())) {
                assertNotNull(layer.tryReceive("b"));
            }
            RedisLayer.Builder distrusting = RedisLayer.builder(uri).connectTimeout(Duration.ofMillis(300));
            assertThrows(BackendUnavailableException.class, distrusting::open);
            RedisLayer.Builder otherName = RedisLayer.builder(uri.replace("localhost", "127.0.0.1"))
                    .tls(certificate.trusting())
                    .connectTimeout(Duration.ofMillis(300));
            assertThrows(BackendUnavailableException.class, otherName::open);
        }
    }

    @Test
    void overTlsToSentinelsAndToTheServerTheyName() throws Exception {
        Certificate certificate = Certificate.make(folder);
        int sentinelPort = Ports.free();
        try (RedisBroker broker = broker(certificate);
                RedisBroker sentinel = RedisBroker.startSentinel(
                        "main",
                        "localhost " + certificate.port(),
                        "tls-port " + sentinelPort,
                        "tls-cert-file " + certificate.file(),
                        "tls-key-file " + certificate.key(),
                        "tls-ca-cert-file " + certificate.file(),
                        "tls-auth-clients no",
                        "tls-replication yes",
                        "sentinel resolve-hostnames yes",
                        "sentinel announce-hostnames yes")) {
            try (RedisLayer layer = RedisLayer.builder("rediss-sentinel://localhost:" + sentinelPort + "#main")
                    .tls(certificate.trusting())
                    .open()) {
                layer.send("a", new byte[1]);
            }
            try (RedisLayer layer = RedisLayer.open(broker.uri())) {
                assertNotNull(layer.tryReceive("a"));
            }
            RedisLayer.Builder plain = RedisLayer.builder("redis-sentinel://localhost:" + sentinel.port() + "#main")
                    .connectTimeout(Duration.ofMillis(300));
            assertThrows(BackendUnavailableException.class, plain::open, "the server they name wants TLS");
        }
    }

    private static RedisBroker broker(Certificate certificate) {
        return RedisBroker.start(
                "--tls-port", Integer.toString(certificate.port()),
                "--tls-cert-file", certificate.file().toString(),
                "--tls-key-file", certificate.key().toString(),
                "--tls-ca-cert-file", certificate.file().toString(),
                "--tls-auth-clients", "no");
    }

    @Test
    void overTlsToAServerThatReadsNoMore() throws Exception {
        Certificate certificate = Certificate.make(folder);
        try (RedisBroker broker = broker(certificate);
                Proxy proxy = Proxy.to(certificate.port());
                RedisLayer layer = RedisLayer.builder("rediss://localhost:" + proxy.port())
                        .tls(certificate.trusting())
                        .maxMessageSize(LARGE_BYTES)
                        .commandTimeout(Duration.ofSeconds(2))
                        .open();
                RedisLayer other = RedisLayer.open(broker.uri())) {
            proxy.freeze();
            BackendUnavailableException e =
                    assertThrows(BackendUnavailableException.class, () -> layer.send("a", new byte[LARGE_BYTES]));
            assertEquals(BackendUnavailableException.Outcome.UNKNOWN, e.outcome());
            proxy.thaw();
            layer.send("b", new byte[1]);
            assertNotNull(other.tryReceive("b"));
        }
        Leaks.await();
    }
}

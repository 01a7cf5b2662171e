package dev.towpath.brokers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.Background;
import dev.towpath.brokers.Proxy.Direction;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Talks through a proxy to a server that echoes each byte. */
@Timeout(60)
class ProxyTest {
    private final AtomicInteger echoed = new AtomicInteger();
    private ServerSocket server;
    private Proxy proxy;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
        proxy = Proxy.to(server.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        server.close();
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> echo(socket));
            } catch (IOException e) {
                assertTrue(server.isClosed(), e::toString);
            }
        }
    }

    private void echo(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            for (int read = in.read(); read >= 0; read = in.read()) {
                echoed.incrementAndGet();
                socket.getOutputStream().write(read);
            }
        } catch (IOException e) {
            return; // the client has gone
        }
    }

    private Socket connect() throws IOException {
        Socket socket = Ports.connect(proxy.port());
        socket.setSoTimeout(0);
        assertEquals(1, ask(socket, 1)); // so that both connections are there
        return socket;
    }

    private static int ask(Socket socket, int value) throws IOException {
        socket.getOutputStream().write(value);
        return socket.getInputStream().read();
    }

    @Test
    void bytesGoThroughAndAreCounted() throws IOException {
        try (Socket socket = connect()) {
            assertEquals(7, ask(socket, 7));
            assertEquals(1, proxy.connections());
            assertEquals(1, proxy.accepted());
            assertEquals(2, proxy.passed(Direction.TO_SERVER));
            assertEquals(2, proxy.passed(Direction.TO_CLIENT));
        }
        Background.await(() -> proxy.connections() == 0);
    }

    @Test
    void aCutEndsConnectionsAndLetsNewOnesIn() throws IOException {
        try (Socket socket = connect()) {
            proxy.cut();
            assertEquals(-1, socket.getInputStream().read());
            assertEquals(0, proxy.connections());
        }
        connect().close();
    }

    @Test
    void aResetIsAnError() throws IOException {
        try (Socket socket = connect()) {
            proxy.reset();
            assertThrows(SocketException.class, () -> socket.getInputStream().read());
        }
    }

    @Test
    void nobodyGetsInWhileAllAreShutOut() throws IOException {
        try (Socket socket = connect()) {
            proxy.shutOut();
            assertEquals(-1, socket.getInputStream().read());
        }
        try (Socket socket = Ports.connect(proxy.port())) {
            assertEquals(-1, socket.getInputStream().read());
        }
        proxy.letIn();
        connect().close();
    }

    @Test
    void frozenRequestsReachTheServerOnlyAfterTheThaw() throws Exception {
        try (Socket socket = connect()) {
            proxy.freeze(Direction.TO_SERVER);
            Background<Integer> answer = Background.start(() -> ask(socket, 7));
            assertEquals(1, echoed.get());
            proxy.thaw();
            assertEquals(7, answer.result());
        }
    }

    @Test
    void frozenAnswersOfACutConnectionAreLostThoughTheServerHasActed() throws Exception {
        try (Socket socket = connect()) {
            proxy.freeze(Direction.TO_CLIENT);
            Background<Integer> answer = Background.start(() -> ask(socket, 7));
            Background.await(() -> echoed.get() == 2);
            assertFalse(answer.isDone());
            proxy.cut();
            assertEquals(-1, answer.result());
            proxy.thaw();
            assertEquals(1, proxy.passed(Direction.TO_CLIENT));
        }
    }

    @Test
    void aDelayCountsEachWay() throws IOException {
        try (Socket socket = connect()) {
            proxy.delay(Duration.ofMillis(20));
            long start = System.nanoTime();
            assertEquals(7, ask(socket, 7));
            assertTrue(System.nanoTime() - start >= Duration.ofMillis(40).toNanos());
        }
    }

    @Test
    void aCutMayComeAfterAnyNumberOfBytes() throws IOException {
        try (Socket socket = connect()) {
            proxy.cutAfter(Direction.TO_CLIENT, 2);
            assertEquals(7, ask(socket, 7));
            assertEquals(8, ask(socket, 8));
            assertEquals(-1, ask(socket, 9));
            assertEquals(4, echoed.get());
        }
        connect().close();
    }
}

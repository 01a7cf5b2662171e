package dev.towpath.brokers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class RedisBrokerTest {

    @Test
    void aServerForgetsEverythingWhenItIsStartedAgain() throws IOException {
        try (RedisBroker broker = RedisBroker.start()) {
            assertEquals("+OK", ask(broker.port(), "SET a 1"));
            broker.restart();
            assertEquals("$-1", ask(broker.port(), "GET a"));
        }
    }

    @Test
    void withPersistenceItRemembers() throws IOException {
        try (RedisBroker broker = RedisBroker.start("--appendonly", "yes", "--appendfsync", "always")) {
            assertEquals("+OK", ask(broker.port(), "SET a 1"));
            broker.kill();
            broker.startAgain();
            assertEquals("$1", ask(broker.port(), "GET a"));
        }
    }

    @Test
    void aServerMayWantAPassword() throws IOException {
        try (RedisBroker broker = RedisBroker.start("--requirepass", "secret")) {
            assertEquals("-NOAUTH Authentication required.", ask(broker.port(), "GET a"));
        }
    }

    @Test
    void theContainedServerWorksToo() throws IOException {
        try (RedisBroker broker = RedisBroker.startContained()) {
            assertEquals("+PONG", ask(broker.port(), "PING"));
        }
    }

    @Test
    void aServerThatDoesNotStartSaysWhy() {
        AssertionError error = assertThrows(AssertionError.class, () -> RedisBroker.start("--no-such-option", "1"));
        assertEquals(true, error.getMessage().contains("no-such-option"), error.getMessage());
    }

    @Test
    void nothingIsLeftOfAClosedServer() {
        RedisBroker broker = RedisBroker.start();
        broker.close();
        assertFalse(Files.exists(broker.folder()));
        assertThrows(IOException.class, () -> ask(broker.port(), "PING"));
    }

    @Test
    void aSentinelKnowsItsServer() throws IOException {
        try (RedisBroker broker = RedisBroker.start();
                RedisBroker sentinel = RedisBroker.startSentinel("main", broker)) {
            assertEquals("*2", ask(sentinel.port(), "SENTINEL GET-MASTER-ADDR-BY-NAME main"));
        }
    }

    /** Sends a command, and gives the first line of the answer. */
    static String ask(int port, String command) throws IOException {
        try (Socket socket = Ports.connect(port)) {
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }
}

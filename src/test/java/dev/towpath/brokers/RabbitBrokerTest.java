package dev.towpath.brokers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Starts the broker that tests use. */
@Timeout(180)
class RabbitBrokerTest {
    @Test
    void theSharedBrokerIsOneAndSpeaksAmqp() throws IOException {
        RabbitBroker broker = RabbitBroker.shared();
        assertEquals(broker.uri(), RabbitBroker.shared().uri());
        try (Socket socket = Ports.connect(broker.port())) {
            socket.getOutputStream().write("AMQP\0\0\11\1".getBytes(StandardCharsets.US_ASCII));
            assertEquals(1, socket.getInputStream().read(), "a method frame: connection.start");
            assertTrue(socket.getInputStream().read() == 0, "on channel 0");
        }
    }
}

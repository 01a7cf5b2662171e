package dev.towpath.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import dev.towpath.BackendUnavailableException;
import dev.towpath.BackendUnavailableException.Outcome;
import dev.towpath.Background;
import dev.towpath.brokers.Certificate;
import dev.towpath.brokers.Proxy;
import dev.towpath.brokers.RabbitBroker;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Says whom a layer trusts when it connects with TLS, and that nobody is stuck in a connection of this kind. */
class TlsTest extends BrokerTest {
    private static Certificate certificate;
    private static SSLContext trusting;
    private Proxy proxy;

    @BeforeAll
    static void makeACertificate(@TempDir Path folder) throws Exception {
        certificate = Certificate.make(folder);
        trusting = certificate.trusting();
    }

    @BeforeEach
    void showTheCertificate() throws Exception {
        proxy = Proxy.withTls(RabbitBroker.shared().port(), certificate);
    }

    @AfterEach
    void closeProxy() {
        proxy.close();
    }

    private String uri(String host) {
        return "amqps" + through(proxy.port()).substring("amqp".length()).replaceFirst("@[^:/]*", "@" + host);
    }

    @Test
    void aBrokerWithATrustedCertificateIsTalkedTo() throws Exception {
        RabbitMqLayer layer = openAt(uri("localhost"), builder -> builder.sslContext(trusting));
        String name = layer.newChannel("x?");
        layer.send(name, new byte[100_000]);
        assertEquals(100_000, layer.receive(name).bytes().length);
    }

    @Test
    void aCertificateThatNobodyTrustsOrOfAnotherHostIsRefusedAtOnce() {
        Duration hour = Duration.ofHours(1);
        RabbitMqLayer.Builder distrusting =
                RabbitMqLayer.builder(uri("localhost")).connectTimeout(hour);
        RabbitMqLayer.Builder otherName =
                RabbitMqLayer.builder(uri("127.0.0.1")).connectTimeout(hour).sslContext(trusting);
        for (RabbitMqLayer.Builder builder : List.of(distrusting, otherName)) {
            BackendUnavailableException refused = assertThrows(BackendUnavailableException.class, builder::open);
            assertEquals(Outcome.NOT_SENT, refused.outcome());
            assertInstanceOf(SSLException.class, refused.getCause());
        }
    }

    @Test
    void aWriterThatIsStuckIsFreedWithTheConnection() throws Exception {
        URI uri = URI.create(uri("localhost"));
        Dialer dialer = new Dialer(uri, Duration.ofSeconds(60), Duration.ofSeconds(60), trusting);
        BrokerConnection connection = dialer.dial("stuck");
        Channel channel = connection.newChannel();
        proxy.freeze(Proxy.Direction.TO_SERVER);
        AtomicInteger written = new AtomicInteger();
        var writing = Background.startVirtual(() -> {
            while (true) {
                channel.basicPublish("", "stuck", new AMQP.BasicProperties(), new byte[1_000_000]);
                written.incrementAndGet();
            }
        });
        Background.await(() -> written.get() > 0);
        writing.awaitWaiting();
        var severing = Background.start(() -> {
            connection.sever();
            return connection.awaitEnd();
        });
        Background.await(severing::isDone);
        assertNotNull(severing.result());
        assertNotNull(writing.failure());
    }
}

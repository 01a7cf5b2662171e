package dev.towpath.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.Background;
import dev.towpath.brokers.Proxy;
import dev.towpath.brokers.RabbitBroker;
import dev.towpath.rabbitmq.Publication.Fate;
import dev.towpath.waiting.Deadline;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A session has room for what the socket surely takes, whatever the broker reads. */
class PublishSessionTest extends BrokerTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    /** What is written when nobody reads is at most this much. */
    private static final int ROOM = 4 << 10;

    private Proxy proxy;
    private BrokerConnection connection;
    private PublishSession session;

    @BeforeEach
    void connectThroughAProxy() throws Exception {
        proxy = Proxy.to(RabbitBroker.shared().port());
        Dialer dialer = new Dialer(URI.create(through(proxy.port())), LONG, LONG, null);
        connection = dialer.dial("room");
        session = new PublishSession(connection);
    }

    @AfterEach
    void disconnect() {
        connection.sever();
        proxy.close();
    }

    private static Publication message(String exchange, int length) {
        return new Publication(exchange, "nobody", new byte[length], Deadline.never());
    }

    private Publication publish(String exchange) throws Exception {
        Publication publication = message(exchange, 100);
        assertTrue(publication.decideToWrite());
        session.channelFor(exchange).publish(publication);
        return publication;
    }

    @Test
    void itFillsWhileNothingIsConfirmedAndIsEmptyWhenAllIs() throws Exception {
        proxy.freeze();
        List<Publication> written = new ArrayList<>();
        while (session.hasRoomFor(message("", 100))) {
            written.add(publish(written.size() % 2 == 0 ? "" : "amq.direct"));
        }
        int each = message("", 100).size();
        assertEquals(ROOM / each, written.size(), 2);
        proxy.thaw();
        for (Publication publication : written) {
            assertEquals(Fate.UNROUTABLE, publication.await());
        }
        Background.await(() -> session.hasRoomFor(message("", 3_000)));
        assertFalse(session.hasRoomFor(message("", ROOM)));
    }
}

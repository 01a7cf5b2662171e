package dev.towpath.rabbitmq;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.towpath.Names;
import dev.towpath.brokers.RabbitBroker;
import dev.towpath.wire.MessagePackCodec;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** No clock but the broker's says when a message expires, and none that shows the time of day is asked. */
class ClocksTest extends BrokerTest {
    private static final int SKEW_SECONDS = 61;

    /** What a layer is made of besides the client, whose timeouts go by the monotonic clock. */
    @Test
    void theLayerNeverAsksTheWallClock() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.towpath", "dev.towpath.rabbitmq", "dev.towpath.waiting", "dev.towpath.wire")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.time\\.(?:Clock|Instant|LocalDateTime|ZonedDateTime)|java\\.util\\.Date")
                .check(new ClassFileImporter().importPath(Path.of("target", "classes")));
    }

    @Test
    void aTimeThatAnotherProgramHasPutOnItsMessagesMeansNothing() throws Exception {
        RabbitMqLayer layer = open();
        String inbox = layer.newProcessChannel("x");
        layer.send("clocks", Map.of("skew", 0));
        layer.send(inbox, Map.of("skew", 0));
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(RabbitBroker.shared().uri());
        try (Connection connection = factory.newConnection();
                Channel channel = connection.createChannel()) {
            channel.confirmSelect();
            for (int skew : new int[] {SKEW_SECONDS, -SKEW_SECONDS}) {
                AMQP.BasicProperties stamped = new AMQP.BasicProperties.Builder()
                        .timestamp(Date.from(Instant.now().plusSeconds(skew)))
                        .build();
                byte[] body = new MessagePackCodec().encode(Map.of("skew", skew));
                channel.basicPublish("", "asgi:clocks", stamped, body);
                byte[] toInbox = new MessagePackCodec().encode(Map.of("skew", skew, "__asgi_channel__", inbox));
                channel.basicPublish("", layer.engine().addresses().inbox(), stamped, toInbox);
            }
            channel.waitForConfirms();
        }
        for (String name : new String[] {"clocks", Names.queueOf(inbox)}) {
            for (long skew : new long[] {0, SKEW_SECONDS, -SKEW_SECONDS}) {
                assertEquals(Map.of("skew", skew), layer.tryReceive(name).map());
            }
            assertNull(layer.tryReceive(name));
        }
    }
}

package dev.towpath.rabbitmq;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.towpath.brokers.RabbitBroker;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** Opens layers on the shared broker, and leaves nothing at it. The limit on time only ends a test that hangs. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class BrokerTest {
    private final LeftBehind leftBehind = new LeftBehind();

    final RabbitMqLayer open() {
        return open(builder -> builder);
    }

    final RabbitMqLayer open(UnaryOperator<RabbitMqLayer.Builder> options) {
        return openAt(RabbitBroker.shared().uri(), options);
    }

    final RabbitMqLayer openAt(String uri, UnaryOperator<RabbitMqLayer.Builder> options) {
        return leftBehind.note(options.apply(RabbitMqLayer.builder(uri)).open());
    }

    /** Connects to the shared broker, besides any layer. */
    static Connection connect() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(RabbitBroker.shared().uri());
        factory.setAutomaticRecoveryEnabled(false);
        return factory.newConnection();
    }

    /** The address of the shared broker through something that stands before it. */
    static String through(int port) {
        RabbitBroker broker = RabbitBroker.shared();
        return broker.uri().replace(":" + broker.port(), ":" + port);
    }

    @AfterEach
    void removeWhatIsLeft() throws Exception {
        leftBehind.remove();
    }
}

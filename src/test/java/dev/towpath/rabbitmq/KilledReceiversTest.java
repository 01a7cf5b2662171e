package dev.towpath.rabbitmq;

import dev.towpath.brokers.KilledReceivers;
import dev.towpath.brokers.RabbitBroker;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/**
 * Receivers are killed: what the broker has sent them goes back unless they have acknowledged it, and then each call
 * that receives at that moment may cost what it takes.
 */
class KilledReceiversTest extends BrokerTest {
    @Test
    void onlyWhatIsInTheHandsOfTheKilledIsLost(TestReporter reporter) throws Exception {
        kill(5, reporter);
    }

    @Test
    @Tag("stress")
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void onlyWhatIsInTheHandsOfVeryManyKilledIsLost(TestReporter reporter) throws Exception {
        kill(100, reporter);
    }

    private void kill(int kills, TestReporter reporter) throws Exception {
        RabbitMqLayer layer = open(builder -> builder.capacity(KilledReceivers.CAPACITY));
        new KilledReceivers(layer, RabbitBroker.shared().uri()).kill(kills, reporter);
    }
}

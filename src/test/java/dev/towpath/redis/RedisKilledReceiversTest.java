package dev.towpath.redis;

import dev.towpath.brokers.KilledReceivers;
import dev.towpath.brokers.RedisBroker;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/** Receivers are killed: each call that receives at that moment may cost what it takes, and nothing else is lost. */
@Timeout(600)
class RedisKilledReceiversTest {
    @Test
    void onlyWhatIsInTheHandsOfTheKilledIsLost(TestReporter reporter) throws Exception {
        kill(5, reporter);
    }

    @Test
    @Tag("stress")
    void onlyWhatIsInTheHandsOfVeryManyKilledIsLost(TestReporter reporter) throws Exception {
        kill(100, reporter);
    }

    private static void kill(int kills, TestReporter reporter) throws Exception {
        try (RedisBroker broker = RedisBroker.start();
                RedisLayer layer = RedisLayer.builder(broker.uri())
                        .capacity(KilledReceivers.CAPACITY)
                        .open()) {
            new KilledReceivers(layer, broker.uri()).kill(kills, reporter);
        }
    }
}

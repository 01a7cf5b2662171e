package dev.towpath.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.towpath.Background;
import dev.towpath.brokers.RedisBroker;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that keeps what it has is killed and starts anew: everything is there, and time has gone on. */
@Timeout(120)
class RedisRestartTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static RedisBroker startKeeping() {
        return RedisBroker.start("--appendonly", "yes", "--appendfsync", "always");
    }

    @Test
    void theServerStartsAnewAndHasKeptEverything() throws Exception {
        try (RedisBroker keeping = startKeeping();
                RedisLayer layer = RedisLayer.open(keeping.uri())) {
            layer.send("a", new byte[1]);
            layer.send("a", new byte[2]);
            layer.group("g").add("b");
            var receiving = Background.startVirtual(() -> layer.receive("b")).awaitWaiting();
            assertEquals(1, layer.receive("a").bytes().length);
            keeping.kill();
            keeping.startAgain();
            assertEquals(2, layer.receive(PATIENCE, "a").bytes().length);
            assertNull(layer.tryReceive("a"));
            layer.group("g").send(new byte[3]);
            assertEquals(3, receiving.result().bytes().length);
        }
    }

    @Test
    void whatExpiresWhileTheServerIsDownIsNotDelivered() throws Exception {
        Duration brief = Duration.ofMillis(300);
        try (RedisBroker keeping = startKeeping();
                RedisLayer layer = RedisLayer.open(keeping.uri());
                RedisLayer hasty =
                        RedisLayer.builder(keeping.uri()).expiry(brief).open()) {
            layer.send("a", new byte[1]);
            layer.send("b", new byte[2]);
            long sent = System.nanoTime();
            keeping.kill();
            var receiving = Background.startVirtual(() -> hasty.receive("a")).awaitWaiting();
            Background.await(() -> System.nanoTime() - sent > brief.toNanos());
            keeping.startAgain();
            assertEquals(2, layer.receive(PATIENCE, "b").bytes().length);
            Background.await(() -> hasty.statistics().expiredCount() == 1);
            layer.send("a", new byte[3]);
            assertEquals(3, receiving.result().bytes().length);
        }
    }
}

package dev.towpath.redis;

import dev.towpath.brokers.RedisBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A test with a Redis server of its own, on which there is nothing when each of its methods begins. */
abstract class WithRedis {
    static RedisBroker broker;

    Admin admin;

    @BeforeAll
    static void start() {
        broker = RedisBroker.start();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @BeforeEach
    void connect() {
        admin = Admin.of(broker.port());
        admin.ask("FLUSHALL");
    }

    @AfterEach
    void disconnect() {
        admin.close();
    }

    static RedisLayer.Builder builder() {
        return RedisLayer.builder(broker.uri());
    }
}

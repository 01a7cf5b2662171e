package dev.towpath.example;

import dev.towpath.ChannelLayer;
import dev.towpath.LayerBuilder;
import dev.towpath.rabbitmq.RabbitMqLayer;
import dev.towpath.redis.RedisLayer;
import dev.towpath.shm.SharedMemoryLayer;
import java.time.Duration;

/** Opens the layer that joins the programs: the one place that knows which layer it is, and with which options. */
final class SharedLayer {
    /** Says where the layer is: {@code shm}, or the address of a Redis or RabbitMQ server. */
    static final String PROPERTY = "demo.layer";

    static final String WHERE = System.getProperty(PROPERTY, "shm");

    private SharedLayer() {}

    static ChannelLayer open(String prefix) {
        return builder(prefix)
                .capacity("http.request", 50) // visitors beyond these wait at the gateway
                .expiry(Duration.ofSeconds(10)) // nobody waits longer for an answer
                .open();
    }

    /** The line in which programs differ that run on one machine, on Redis, and on RabbitMQ. */
    private static LayerBuilder<?> builder(String prefix) {
        return switch (WHERE.split(":", 2)[0]) {
            case "shm" ->
                SharedMemoryLayer.builder(prefix).messageMemory(16L << 20).groupMemory(1L << 20);
            case "redis", "rediss", "unix" -> RedisLayer.builder(WHERE).prefix(prefix);
            case "amqp", "amqps" ->
                RabbitMqLayer.builder(WHERE).queuePrefix(prefix).groupsExchange(prefix);
            default ->
                throw new IllegalArgumentException("bad " + PROPERTY + " \"" + WHERE
                        + "\": it must be shm, or an address that starts with redis:// or amqp://");
        };
    }

    /** Removes what the layer keeps though nobody uses it any more. */
    static void delete(ChannelLayer layer, String prefix) {
        if (layer instanceof SharedMemoryLayer) {
            layer.close();
            SharedMemoryLayer.delete(prefix);
        } else {
            layer.clear();
            layer.close();
        }
    }
}

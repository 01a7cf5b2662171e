import org.jspecify.annotations.NullMarked;

/** Channel layers: messages and groups between processes, over shared memory, Redis or RabbitMQ. */
@NullMarked
module dev.towpath {
    requires tools.jackson.core;
    requires tools.jackson.dataformat.smile;
    requires static com.rabbitmq.client;
    requires static redis.clients.jedis;
    requires static transitive org.jspecify;

    exports dev.towpath;
    exports dev.towpath.rabbitmq;
    exports dev.towpath.redis;
    exports dev.towpath.shm;
}

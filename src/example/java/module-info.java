/** An example: a web gateway and its workers, each a JVM of its own, joined only by a channel layer. */
module dev.towpath.example {
    requires com.rabbitmq.client; // only for the layer on RabbitMQ
    requires dev.towpath;
    requires java.net.http;
    requires jdk.httpserver;
    requires org.slf4j; // which the two clients log with, and do not ask for
    requires redis.clients.jedis; // only for the layer on Redis
}

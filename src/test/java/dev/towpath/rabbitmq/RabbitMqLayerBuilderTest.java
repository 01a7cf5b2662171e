package dev.towpath.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.brokers.RabbitBroker;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class RabbitMqLayerBuilderTest {
    private static final String URI = "amqp://guest:guest@127.0.0.1";

    private static void assertRefused(String value, Executable call) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.contains(value), message);
    }

    @Test
    void theDefaultsAreThoseOfTheDocumentation() {
        try (RabbitMqLayer layer =
                RabbitMqLayer.builder(RabbitBroker.shared().uri()).open()) {
            Options options = layer.engine().options();
            assertEquals(Duration.ofSeconds(60), options.expiry());
            assertEquals(Duration.ofDays(1), options.groupExpiry());
            assertEquals(Duration.ofSeconds(5), options.connectTimeout());
            assertEquals(Duration.ofSeconds(5), options.commandTimeout());
            assertEquals(100, options.capacityRules().capacityOf("any"));
            assertEquals(100, options.windowSize());
            assertEquals(100, options.remoteCapacity());
            assertEquals("groups", options.groupsExchange());
            assertEquals("asgi", options.queuePrefix());
        }
    }

    @Test
    void theLesserOfTwoLimitsCounts() {
        try (RabbitMqLayer layer = RabbitMqLayer.builder(RabbitBroker.shared().uri())
                .localCapacity(7)
                .prefetchCount(3)
                .open()) {
            assertEquals(3, layer.engine().options().windowSize());
        }
    }

    @Test
    void badOptionsAreRefusedWithTheirValue() {
        RabbitMqLayer.Builder builder = RabbitMqLayer.builder(URI);
        assertRefused("0", () -> builder.localCapacity(0));
        assertRefused("65536", () -> builder.localCapacity(65_536));
        assertRefused("-1", () -> builder.remoteCapacity(-1));
        assertRefused("65536", () -> builder.prefetchCount(65_536));
        assertRefused("\"\"", () -> builder.groupsExchange(""));
        assertRefused("258 bytes", () -> builder.groupsExchange("€".repeat(86)));
        assertRefused("\"a:b\"", () -> builder.queuePrefix("a:b"));
        assertRefused("\"amq.x\"", () -> builder.queuePrefix("amq.x"));
        assertRefused("PT0S", () -> builder.connectTimeout(Duration.ZERO));
        assertRefused("PT-1S", () -> builder.commandTimeout(Duration.ofSeconds(-1)));
        assertThrows(NullPointerException.class, () -> builder.sslContext(null));
    }

    @Test
    void addressesThatAreNoneAreRefusedWithoutTheirPassword() {
        for (String uri :
                List.of("redis://user:secret@host", "amqp:secret", "amqp://user:secret@host:x", "amqp://a b")) {
            String message = assertThrows(IllegalArgumentException.class, () -> RabbitMqLayer.builder(uri))
                    .getMessage();
            assertFalse(message.contains("secret"), message);
            assertTrue(message.startsWith("bad uri: "), message);
        }
    }

    @Test
    void aMissingClientIsToldWithWhatToAdd() throws Exception {
        List<URL> path = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!entry.contains("amqp-client")) {
                path.add(Path.of(entry).toUri().toURL());
            }
        }
        try (URLClassLoader withoutClient =
                new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Class<?> layer = withoutClient.loadClass(RabbitMqLayer.class.getName());
            Object builder = layer.getMethod("builder", String.class).invoke(null, URI);
            Throwable missing = assertThrows(
                            InvocationTargetException.class,
                            () -> builder.getClass().getMethod("open").invoke(builder))
                    .getCause();
            assertInstanceOf(IllegalStateException.class, missing);
            assertTrue(missing.getMessage().contains("com.rabbitmq:amqp-client"), missing.getMessage());
        }
    }

    @Test
    void encryptionIsNotOfferedAndTheReasonIsSaid() {
        RabbitMqLayer.Builder builder = RabbitMqLayer.builder(URI);
        String message = assertThrows(UnsupportedOperationException.class, () -> builder.encryptionKeys(List.of("key")))
                .getMessage();
        assertTrue(message.contains("channels_rabbitmq"), message);
        assertEquals(builder, builder.encryptionKeys(List.of()));
    }
}

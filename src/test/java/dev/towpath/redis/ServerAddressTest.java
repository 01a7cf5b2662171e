package dev.towpath.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.HostAndPort;

class ServerAddressTest {

    @Test
    void aUriSaysHostPortDatabaseUserAndPassword() {
        ServerAddress address = ServerAddress.of("redis://al%3Aice:s%40cret+1@example.org:7000/3");
        assertEquals(List.of(new HostAndPort("example.org", 7000)), address.hosts());
        assertEquals("al:ice", address.user());
        assertEquals("s@cret+1", address.password());
        assertEquals(3, address.database());
        assertFalse(address.tls());
        assertEquals(URI.create("redis://example.org:7000/3"), address.uri());
    }

    @Test
    void whatItDoesNotSayIsTheDefault() {
        ServerAddress address = ServerAddress.of("redis://example.org");
        assertEquals(List.of(new HostAndPort("example.org", 6379)), address.hosts());
        assertNull(address.user());
        assertNull(address.password());
        assertEquals(0, address.database());
        assertEquals("secret", ServerAddress.of("redis://:secret@h").password());
        assertNull(ServerAddress.of("redis://:secret@h").user());
        assertEquals(
                new HostAndPort("::1", 7),
                ServerAddress.of("redis://[::1]:7").hosts().getFirst());
        assertTrue(ServerAddress.of("rediss://example.org").tls());
    }

    @Test
    void aUnixSocketHasAPath() {
        ServerAddress address = ServerAddress.of("unix://:secret@/run/redis.sock?db=2");
        assertEquals(Path.of("/run/redis.sock"), address.socket());
        assertEquals("secret", address.password());
        assertEquals(2, address.database());
        assertEquals(URI.create("unix:///run/redis.sock?db=2"), address.uri());
        assertEquals(0, ServerAddress.of("unix:///run/redis.sock").database());
    }

    @Test
    void sentinelsAreAskedForAMaster() {
        ServerAddress address = ServerAddress.of("redis-sentinel://u:p@one:1,two/5#main");
        assertEquals(List.of(new HostAndPort("one", 1), new HostAndPort("two", 26379)), address.hosts());
        assertEquals("main", address.masterName());
        assertEquals("p", address.password());
        assertEquals(5, address.database());
        assertEquals(URI.create("redis-sentinel://one:1,two/5#main"), address.uri());
        assertFalse(address.tls());
        assertTrue(ServerAddress.of("rediss-sentinel://one#main").tls());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "http://u:secret@h",
                "redis:///1",
                "redis://h/x",
                "redis://h/-1",
                "redis://h:0",
                "redis://one,two",
                "redis-sentinel://one",
                "rediss-sentinel://one",
                "unix://relative/path",
                "unix://",
                "redis://u:secret@h h"
            })
    void anythingElseIsRefusedWithoutTellingThePassword(String uri) {
        String message = assertThrows(IllegalArgumentException.class, () -> ServerAddress.of(uri))
                .getMessage();
        assertTrue(message.startsWith("bad uri \""), message);
        assertFalse(message.contains("secret"), message);
    }
}

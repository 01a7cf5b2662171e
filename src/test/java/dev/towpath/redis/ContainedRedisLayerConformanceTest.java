package dev.towpath.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.ChannelLayer;
import dev.towpath.GroupSend;
import dev.towpath.WireFormatException;
import dev.towpath.brokers.RedisBroker;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** A layer on the server that the tests bring along, which is older than 7 and words its errors otherwise. */
class ContainedRedisLayerConformanceTest extends ConformanceOnServers {
    @BeforeAll
    static void start() {
        start(1, RedisBroker::startContained);
    }

    @Test
    void theServerIsOlderThanSeven() {
        try (Admin admin = admin()) {
            String information = admin.text("INFO", "server");
            assertTrue(information.contains("redis_version:6."), information);
        }
    }

    private static Admin admin() {
        return Admin.of(brokers.getFirst().port());
    }

    @Test
    void whatAScriptFindsThatIsSomebodyElsesIsTold() {
        ChannelLayer layer = open();
        try (Admin admin = admin()) {
            admin.ask("SET", prefix + "bad", "1");
            admin.ask("SET", prefix + ":group:bad", "1");
        }
        layer.group("g").add("bad");
        layer.group("g").add("good");
        assertEquals(new GroupSend(1, 1), layer.group("g").send(new byte[1]));
        for (Executable call : List.<Executable>of(
                () -> layer.send("bad", new byte[1]),
                () -> layer.tryReceive("bad"),
                () -> layer.receive("bad"),
                () -> layer.receiver("bad").drain((channel, payload) -> {}, 10),
                () -> layer.statistics("bad"))) {
            WireFormatException e = assertThrows(WireFormatException.class, call);
            assertEquals(prefix + "bad", e.key());
        }
        for (Executable call : List.<Executable>of(
                () -> layer.group("bad").add("a"), () -> layer.group("bad").send(new byte[1]))) {
            WireFormatException e = assertThrows(WireFormatException.class, call);
            assertEquals(prefix + ":group:bad", e.key());
        }
    }
}

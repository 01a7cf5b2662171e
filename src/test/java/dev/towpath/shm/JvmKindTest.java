package dev.towpath.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.shm.store.RegisterView;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that a JVM of each kind takes part, is never taken for dead while it is stopped, and is when it is killed. */
class JvmKindTest {

    private static final String PREFIX = "kinds";
    private static final int MESSAGES = 20;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @MethodSource("permitted")
    void itTakesPartUntilItIsKilled(JvmKind kind) throws InterruptedException {
        try (SharedMemoryLayer layer = Peer.open(directory, PREFIX, MESSAGES);
                RegisterView register = RegisterView.of(directory, PREFIX);
                PeerJvm peer = PeerJvm.start(kind, Peer.class, "echo", directory, PREFIX, MESSAGES, "a", "b", 1_000)) {
            int slot = Integer.parseInt(peer.expect("ready"));
            RegisterView.Entry entry = register.entry(slot);
            assertEquals(kind == JvmKind.PID_NAMESPACE ? 1 : peer.pid(), entry.process());
            for (int i = 0; i < MESSAGES; i++) {
                layer.send("a", Stamp.payload(Stamp.of(1, i)));
                assertEquals(
                        Stamp.of(1, i), Stamp.read(layer.receive(Peer.LONG, "b").bytes()));
            }
            peer.stop();
            String seen = RegionCheck.of(directory, PREFIX).toString();
            assertTrue(seen.contains("slot " + slot + ":") && !seen.contains("dead and not recovered"), seen);
            Peer.open(directory, PREFIX, MESSAGES).close(); // who opens looks whether somebody lives
            assertTrue(register.isJoined(entry), "who is stopped was taken for dead");
            peer.kill();
            while (register.isJoined(entry)) {
                LockSupport.parkNanos(POLL_NANOS);
            }
            assertEquals(1, layer.statistics().participants());
        }
    }

    static List<JvmKind> permitted() {
        List<JvmKind> permitted = JvmKind.permitted();
        for (JvmKind kind : JvmKind.values()) {
            if (!permitted.contains(kind)) {
                System.out.println("left out: this user may not start a JVM in a " + kind);
            }
        }
        return permitted;
    }
}

package dev.towpath.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a region can be checked whatever is done with it, and that the report says what is there. */
class RegionCheckTest {

    private static final String PREFIX = "check";
    private static final List<String> PARTS = List.of("produce", "produce", "consume", "broadcast", "churn");

    @TempDir
    private Path directory;

    private SharedMemoryLayer open() {
        return Peer.open(directory, PREFIX, 10);
    }

    private RegionCheck check() {
        return RegionCheck.of(directory, PREFIX);
    }

    @Test
    void theReportSaysWhatIsThereAndWhoHoldsIt() throws InterruptedException {
        try (SharedMemoryLayer layer = open();
                PeerJvm peer = PeerJvm.start(Peer.class, "echo", directory, PREFIX, 10, "in", "out", 2)) {
            peer.expect("ready");
            layer.send("in", new byte[1]);
            layer.receive(Peer.LONG, "out");
            layer.send("letters", new byte[7]);
            layer.send("letters", new byte[70_000]);
            layer.group("room").add("letters");
            layer.group("room").add("websocket.send!x");
            RegionCheck check = check();
            while (!check.toString().contains("receivers wait")) { // the other one is just falling asleep
                check = check();
            }
            assertEquals(List.of(), check.damage());
            String report = check.toString();
            assertContains(report, "8,388,608 for messages and 262,144 for groups");
            assertContains(report, "participants: 2\n");
            assertContains(report, "slot 0: process " + ProcessHandle.current().pid() + ", alive");
            assertContains(report, "slot 1: process " + peer.pid() + ", alive");
            assertContains(report, "letters: 2 waiting, 2 accepted, 0 refused; the oldest expires in 1");
            assertContains(report, "in: 0 waiting, 1 accepted, 0 refused; receivers wait: slots [1]");
            assertContains(report, "room: 2 members");
            assertContains(report, "blocks of 65536 bytes: ");
            assertContains(report, "damage: 0\n");
        }
    }

    @Test
    void theDeadAreInTheReportUntilTheyAreRecovered() {
        long dead;
        try (PeerJvm peer = PeerJvm.start(Peer.class, "idle", directory, PREFIX, 10)) {
            peer.expect("ready");
            dead = peer.pid();
        }
        assertContains(check().toString(), "slot 0: process " + dead + ", dead and not recovered yet");
        assertTrue(check().isClean());
        open().close();
        assertContains(check().toString(), "participants: 0\n");
        assertEquals(List.of(), check().unfinished());
    }

    private static void assertContains(String report, String words) {
        assertTrue(report.contains(words), () -> words + " is not in\n" + report);
    }

    @Test
    void longListsAreCutShort() {
        try (SharedMemoryLayer layer = open()) {
            for (int i = 0; i < 60; i++) {
                layer.send("channel" + i, new byte[1]);
            }
            assertContains(check().toString(), "channels: 60\n");
            assertContains(check().toString(), "  and 10 more\n");
        }
    }

    @Test
    void findingsAreCutShortToo() throws IOException {
        open().close();
        try (RandomAccessFile file = new RandomAccessFile(region().toFile(), "rw")) {
            for (int participant = 0; participant < 60; participant++) {
                file.seek(256 + participant * 704);
                file.writeLong(-1);
            }
        }
        String report = check().toString();
        assertContains(report, "damage: 60\n");
        assertTrue(report.endsWith("  and 10 more\n"), report);
    }

    @Test
    void whatIsNoRegionIsRefused() throws IOException {
        assertThrows(UncheckedIOException.class, this::check);
        try (SharedMemoryLayer layer = open()) {
            assertThrows(UncheckedIOException.class, () -> RegionCheck.of(directory, "other"));
            layer.clear();
        }
        Path file = region();
        Files.write(file, new byte[5_000]);
        assertThrows(RegionFormatException.class, this::check);
        Files.write(file, new byte[5]);
        assertThrows(RegionCorruptedException.class, this::check);
        assertThrows(IllegalArgumentException.class, () -> RegionCheck.of(directory, "not/a prefix"));
    }

    private Path region() throws IOException {
        try (var files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith("@region"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void theProgramSaysByItsStatusWhatItFound() throws IOException {
        try (SharedMemoryLayer layer = open()) {
            layer.send("letters", new byte[7]);
        }
        String[] good = run(0, "--directory", directory, PREFIX);
        assertTrue(String.join("\n", good).contains("letters: 1 waiting"), String.join("\n", good));
        run(2, "--directory", directory, "other");
        assertTrue(run(2, "--nonsense")[0].startsWith("usage: "));
        run(2);
        try (RandomAccessFile file = new RandomAccessFile(region().toFile(), "rw")) {
            file.seek(256 + 9 * 704);
            file.writeLong(-1);
        }
        String[] damaged = run(1, "--all", "--directory", directory, PREFIX);
        assertTrue(damaged[damaged.length - 1].contains("participant 9"), String.join("\n", damaged));
    }

    private static String[] run(int status, Object... arguments) {
        List<String> options = List.of("-cp", System.getProperty("java.class.path"), RegionCheck.class.getName());
        try (PeerJvm program = PeerJvm.run(options, arguments)) {
            return program.readToEnd(status).toArray(String[]::new);
        }
    }

    @Test
    void aRegionUnderLoadIsClean(TestReporter reporter) {
        checkUnderLoad(3, reporter);
    }

    /** Takes {@code -Dtowpath.soak.seconds}, 600 unless said otherwise. */
    @Test
    @Tag("stress")
    void aRegionUnderLoadIsCleanForLong(TestReporter reporter) {
        checkUnderLoad(Integer.getInteger("towpath.soak.seconds", 600), reporter);
    }

    /** While they work, while one of them is stopped, and after one of them was killed. */
    private void checkUnderLoad(int seconds, TestReporter reporter) {
        try (Troupe troupe = new Troupe(directory)) {
            PARTS.forEach(troupe::start);
            troupe.awaitAll();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            int checks = 0;
            int unfinished = 0;
            for (; System.nanoTime() - end < 0; checks++) {
                if (checks % 2 == 0) {
                    troupe.stopAny();
                }
                RegionCheck check = RegionCheck.of(directory, Troupe.PREFIX);
                assertEquals(List.of(), check.damage(), check::toString);
                unfinished += check.unfinished().size();
                troupe.resumeAny();
            }
            troupe.endAll();
            troupe.balance();
            reporter.publishEntry("checks", checks + " under load, " + unfinished + " unfinished in all");
        }
        assertEquals(List.of(), RegionCheck.of(directory, Troupe.PREFIX).damage());
    }
}

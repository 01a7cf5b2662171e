package dev.towpath.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.shm.memory.Fuse;
import dev.towpath.shm.memory.SteppedFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who makes, opens, joins, leaves, replaces or deletes a region dies before each step that changes a file: creating,
 * writing, either half of it, locking, mapping, moving, deleting, setting modes. See {@link FileTrial}.
 *
 * <p>In this process a death is an error that comes at every later step too, so that no {@code finally} can repair
 * anything; closing files is no step, for the kernel closes those of the dead. A sample dies in JVMs of its own.
 */
class FileDeathsTest {

    private static final int SOME = 4;

    @TempDir
    private Path directory;

    @Test
    void whoOpensNextFindsAllInOrderAfterADeathBeforeAnyStep(TestReporter reporter) throws IOException {
        int sum = 0;
        for (FileDeed deed : FileDeed.values()) {
            List<String> steps = steps(deed);
            for (int step = 0; step < steps.size(); step++) {
                Fuse fuse = Fuse.before(step);
                trial(deed, "dead before step " + step + ", " + steps.get(step))
                        .run((doing, base) -> assertTrue(!fuse.survives(() -> doing.perform(base, fuse))));
            }
            reporter.publishEntry(deed.toString(), steps.size() + " deaths");
            sum += steps.size();
        }
        reporter.publishEntry("all", sum + " deaths");
    }

    @Test
    void soHeDoesWhenAJvmHasHaltedBeforeAStep(TestReporter reporter) throws IOException {
        long seed = Long.getLong("towpath.deaths.seed", System.nanoTime());
        reporter.publishEntry("seed", Long.toString(seed));
        Random luck = new Random(seed);
        for (int i = 0; i < SOME; i++) {
            FileDeed deed = FileDeed.values()[luck.nextInt(FileDeed.values().length)];
            haltBefore(deed, luck.nextInt(steps(deed).size()));
        }
    }

    @Tag("stress")
    @Test
    void orBeforeAnyStep(TestReporter reporter) throws IOException {
        int sum = 0;
        for (FileDeed deed : FileDeed.values()) {
            int steps = steps(deed).size();
            for (int step = 0; step < steps; step++) {
                haltBefore(deed, step);
            }
            sum += steps;
        }
        reporter.publishEntry("all", sum + " JVMs");
    }

    private void haltBefore(FileDeed deed, int step) throws IOException {
        trial(deed, "halted before step " + step).run((doing, base) -> {
            try (PeerJvm victim = PeerJvm.start(FileVictim.class, base, doing.name(), step)) {
                assertEquals(List.of(), victim.readToEnd(FileVictim.DIED));
            }
        });
    }

    /** The steps that it takes, if nobody dies. */
    private List<String> steps(FileDeed deed) throws IOException {
        List<String> steps = new ArrayList<>();
        SteppedFileSystem.Hook noting = steps::add;
        trial(deed, "alive").run((doing, base) -> doing.perform(base, noting));
        return steps;
    }

    private FileTrial trial(FileDeed deed, String when) throws IOException {
        return new FileTrial(deed, Files.createTempDirectory(directory, "d"), when);
    }
}

package dev.towpath.shm.store;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * A sample of the deaths of {@link EveryDeathTest}, died by JVMs of their own, and recovered by who opens the region
 * next: see {@link ForkedDeath}.
 *
 * <p>A sample is repeated with {@code -Dtowpath.deaths.seed=SEED}.
 */
class ForkedDeathsTest {

    private static final int SOME = 8;
    private static final int MANY = 500;

    @TempDir
    private Path base;

    @Test
    void nothingElseDiffersAfterAJvmHasHaltedAtAnyWrite(TestReporter reporter) {
        die(SOME, reporter);
    }

    @Tag("stress")
    @Test
    void norAfterMany(TestReporter reporter) {
        die(MANY, reporter);
    }

    private void die(int deaths, TestReporter reporter) {
        long seed = Long.getLong("towpath.deaths.seed", System.nanoTime());
        reporter.publishEntry("seed", Long.toString(seed));
        Random luck = new Random(seed);
        List<Deed> deeds = Deeds.all();
        try (Ground ground = Ground.mapped(base);
                ForkedDeath way = new ForkedDeath(base, ground)) {
            Ground.Image untouched = ground.save();
            for (int i = 0; i < deaths; i++) {
                ground.restore(untouched);
                Deed deed = deeds.get(luck.nextInt(deeds.size()));
                int write = new CrashTrial(ground, deed).dieInAnotherJvm(way, luck);
                reporter.publishEntry(deed.name(), "dead before write " + write);
            }
        }
    }
}

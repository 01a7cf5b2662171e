package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.shm.store.CrashTrial.Figures;
import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Every operation dies at every point, and whoever recovers it does too: see {@link CrashTrial}. */
class EveryDeathTest {

    /** Of the operations with hundreds of writes, every so manieth is the first of a pair. */
    private static final int BROAD_STRIDE = 97;

    @Test
    void nothingElseDiffersAfterADeathAtAnyWriteOnTheHeap(TestReporter reporter) {
        try (Ground ground = Ground.onHeap(Ground.Size.SMALL)) {
            dieEverywhere(ground, CrashTrial::dieAtEachWrite, reporter);
        }
    }

    @Test
    void nothingElseDiffersAfterADeathAtAnyWriteInAFile(@TempDir Path base, TestReporter reporter) {
        try (Ground ground = Ground.mapped(base)) {
            dieEverywhere(ground, CrashTrial::dieAtEachWrite, reporter);
        }
    }

    @Test
    void norAfterASecondDeathAtAnyWriteOfTheRecovery(TestReporter reporter) {
        try (Ground ground = Ground.onHeap(Ground.Size.SMALL)) {
            dieEverywhere(ground, trial -> trial.dieInRecoveryToo(BROAD_STRIDE), reporter);
        }
    }

    @Tag("stress")
    @Test
    void everyPairOfDeathsInAFile(@TempDir Path base, TestReporter reporter) {
        try (Ground ground = Ground.mapped(base)) {
            dieEverywhere(ground, trial -> trial.dieInRecoveryToo(1), reporter);
        }
    }

    private static void dieEverywhere(Ground ground, Function<CrashTrial, Figures> deaths, TestReporter reporter) {
        Ground.Image untouched = ground.save();
        Figures sum = new Figures(0, 0);
        for (Deed deed : Deeds.all()) {
            ground.restore(untouched);
            Figures figures = deaths.apply(new CrashTrial(ground, deed));
            assertTrue(figures.points() > 0, () -> deed + " writes nothing");
            reporter.publishEntry(deed.name(), figures.toString());
            sum = sum.plus(figures);
        }
        reporter.publishEntry("all operations", sum.toString());
    }
}

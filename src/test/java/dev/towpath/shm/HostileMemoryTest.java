package dev.towpath.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damages regions in every way and sees that those who use them get results or exceptions of the API: they neither
 * hang nor crash nor take memory.
 *
 * <p>A case is repeated with {@code -Dtowpath.hostile.seed=SEED -Dtowpath.hostile.case=NUMBER}.
 */
class HostileMemoryTest {

    private static final int SAMPLE = 1_600;
    private static final int ALL = 100_000;
    private static final int CASES_OF_A_JVM = 5_000;

    @TempDir
    private Path directory;

    @Test
    void damageIsASampleOfResultsAndExceptions(TestReporter reporter) throws Exception {
        int first = Integer.getInteger("towpath.hostile.case", 0);
        int count = Integer.getInteger("towpath.hostile.case", -1) >= 0 ? 1 : SAMPLE;
        run(Long.getLong("towpath.hostile.seed", System.nanoTime()), first, first + count, reporter);
    }

    @Test
    @Tag("stress")
    void damageIsAlwaysAResultOrAnException(TestReporter reporter) throws Exception {
        run(Long.getLong("towpath.hostile.seed", 1), 0, Integer.getInteger("towpath.hostile.cases", ALL), reporter);
    }

    private void run(long seed, int from, int to, TestReporter reporter) throws Exception {
        List<String> failed = new ArrayList<>();
        for (int begin = from; begin < to && failed.isEmpty(); begin += CASES_OF_A_JVM) {
            Path own = Files.createDirectory(directory.resolve("from" + begin));
            int end = Math.min(to, begin + CASES_OF_A_JVM);
            try (PeerJvm jvm = PeerJvm.start(HostileCases.class, own, seed, begin, end)) {
                List<String> lines = jvm.readToEnd();
                lines.stream()
                        .filter(line -> line.startsWith(HostileCases.FAILED))
                        .forEach(failed::add);
                reporter.publishEntry("cases from " + begin, String.join("\n", lines));
            }
        }
        assertEquals(List.of(), failed);
    }
}

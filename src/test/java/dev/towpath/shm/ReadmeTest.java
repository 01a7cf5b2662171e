package dev.towpath.shm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the example of the README, and compares what it prints with what its comments say. */
class ReadmeTest {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\R(.*?)^```");
    private static final Pattern PREFIX = Pattern.compile("SharedMemoryLayer\\.builder\\(\"([^\"]+)\"\\)");
    private static final Pattern CLASS = Pattern.compile("(?m)^public (?:final )?class (\\w+)");
    private static final Pattern PRINTED = Pattern.compile("(?m)System\\.out\\.println\\(.*\\);\\s*// (.*)$");

    /** Stands behind the first of several lines that one statement prints, in no order. */
    private static final String AND_MORE = ", \u2026";

    @TempDir
    private Path directory;

    @Test
    void theExampleDoesWhatItSays() throws IOException {
        String example = example();
        String prefix = find(PREFIX, example);
        String main = find(CLASS, example);
        Path source = Files.createDirectory(directory.resolve("sources")).resolve(main + ".java");
        Files.writeString(source, example);
        Path classes = directory.resolve("classes");
        UserProgram.compile(source.getParent(), classes, "-cp", UserProgram.compilePath());
        List<String> options = List.of("-cp", UserProgram.path() + File.pathSeparator + classes, main);
        try (PeerJvm program = PeerJvm.run(options)) {
            List<String> lines = program.readToEnd();
            for (MatchResult printed : PRINTED.matcher(example).results().toList()) {
                String expected = printed.group(1).replace(AND_MORE, "");
                assertTrue(lines.contains(expected), () -> expected + " is not in\n" + String.join("\n", lines));
            }
        } finally {
            SharedMemoryLayer.delete(prefix);
        }
    }

    private static String find(Pattern pattern, String example) {
        Matcher found = pattern.matcher(example);
        assertTrue(found.find(), () -> "no " + pattern + " in\n" + example);
        return found.group(1);
    }

    private static String example() throws IOException {
        Matcher blocks = BLOCK.matcher(Files.readString(Path.of("README.md")));
        return blocks.results()
                .map(block -> block.group(1))
                .filter(block -> PREFIX.matcher(block).find())
                .findFirst()
                .orElseThrow(() -> new AssertionError("README.md has no example that opens a layer"));
    }
}

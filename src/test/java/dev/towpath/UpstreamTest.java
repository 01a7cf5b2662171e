package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compares the table of the upstream projects' tests with the tests that there are. */
class UpstreamTest {
    private static final Path TABLE = Path.of("docs", "upstream.md");
    private static final Pattern OURS = Pattern.compile("`([A-Z]\\w+(?:Test|Conformance))(?:\\.(\\w+))?`");
    private static final int LEAST = 40;

    @Test
    void everyTestThatIsNamedIsThere() throws IOException {
        Map<String, SourceFile> sources = SourceFile.below("src/test/java").stream()
                .collect(Collectors.toMap(source -> simpleName(source.name()), source -> source, (one, other) -> one));
        List<String> named = OURS.matcher(Files.readString(TABLE))
                .results()
                .map(MatchResult::group)
                .toList();
        assertTrue(named.size() >= LEAST, "only " + named.size() + " tests are named");
        assertEquals(
                List.of(), named.stream().filter(name -> !exists(name, sources)).toList());
    }

    private static String simpleName(String path) {
        return path.substring(path.lastIndexOf('/') + 1).replace(".java", "");
    }

    private static boolean exists(String name, Map<String, SourceFile> sources) {
        Matcher match = OURS.matcher(name);
        SourceFile source = match.matches() ? sources.get(match.group(1)) : null;
        return source != null
                && (match.group(2) == null
                        || source.code().stream().anyMatch(line -> line.contains("void " + match.group(2) + "(")));
    }
}

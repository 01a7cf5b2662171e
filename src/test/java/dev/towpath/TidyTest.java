package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reads the sources for what no compiler checks. */
class TidyTest {
    private static final int LONGEST_LINE = 120;
    private static final int LONGEST_FILE = 400;

    private static final Pattern MAIN_METHOD = Pattern.compile("\\bvoid main\\(");
    private static final Pattern TOP_LEVEL_TYPE = Pattern.compile(
            "^(?:(?:public|final|abstract|sealed|non-sealed) )*(?:class|@?interface|record|enum) \\w+.*");
    private static final Pattern CODE_IN_COMMENT = Pattern.compile("^\\s*//\\s*(?:"
            + "[})\\];]+" // closing brackets alone
            + "|@\\w+(?:\\(.*\\))?" // an annotation alone
            + "|.*(?:\\w\\(.*\\)|[^=<>!]=[^=]|\\+\\+|--|\\breturn\\b.*|^import .*)\\s*.*;" // a statement
            + "|(?:if|for|while|switch|try|\\} else|else|do)\\b.*\\{" // the head of a block
            + ")\\s*$");

    private final List<SourceFile> main = SourceFile.below("src/main/java");
    private final List<SourceFile> test = SourceFile.below("src/test/java");
    private final List<SourceFile> all = Stream.of("main", "test", "example", "jmh")
            .map(set -> "src/" + set + "/java")
            .filter(folder -> Files.isDirectory(Path.of(folder)))
            .flatMap(folder -> SourceFile.below(folder).stream())
            .toList();

    @Test
    void oneClassAloneUsesVarHandles() {
        List<String> users = filesWith(main, SourceFile::code, "\\bVarHandle\\b");
        assertEquals(1, users.size(), () -> "users of VarHandle: " + users);
    }

    @Test
    void oneClassAloneKnowsJackson() {
        List<String> users =
                filesWith(main, SourceFile::code, "\\bimport (?:static )?(?:tools\\.jackson|com\\.fasterxml)");
        assertEquals(1, users.size(), () -> "users of Jackson: " + users);
    }

    @Test
    void nothingMakesARestrictedCall() {
        String restricted =
                "\\b(?:Linker|SymbolLookup|reinterpret|Unsafe|enableNativeAccess)\\b|System\\.load|\\bnative\\b";
        assertNone(find(main, SourceFile::code, restricted));
    }

    @Test
    void nothingIsPrinted() {
        List<SourceFile> withoutPrograms = main.stream()
                .filter(file -> file.code().stream()
                        .noneMatch(line -> MAIN_METHOD.matcher(line).find()))
                .toList();
        assertNone(find(withoutPrograms, SourceFile::code, "System\\.(?:out|err)\\b|\\.printStackTrace\\(\\)"));
    }

    @Test
    void nothingIsLeftToDo() {
        assertNone(find(all, SourceFile::comments, "\\b(?:TODO|FIXME|XXX)\\b"));
    }

    @Test
    void noCodeIsCommentedOut() {
        assertNone(find(all, SourceFile::comments, CODE_IN_COMMENT.pattern()));
    }

    @Test
    void linesAreShortAndWithoutTabs() {
        assertNone(find(all, SourceFile::lines, "\\t|.{" + (LONGEST_LINE + 1) + "}"));
    }

    @Test
    void filesAreShort() {
        assertNone(main.stream()
                .filter(file -> file.lines().size() > LONGEST_FILE)
                .map(file -> file.name() + ": " + file.lines().size() + " lines")
                .toList());
    }

    @Test
    void everyTopLevelTypeSaysWhatItDoes() {
        List<String> silent = new ArrayList<>();
        for (SourceFile file : main) {
            for (int i = 0; i < file.code().size(); i++) {
                if (TOP_LEVEL_TYPE.matcher(file.code().get(i)).matches() && !hasJavadoc(file, i)) {
                    silent.add(place(file, i));
                }
            }
        }
        assertNone(silent);
    }

    @Test
    void testsNeitherSleepNorRest() {
        assertNone(find(test, SourceFile::code, "\\bThread\\.sleep\\(|\\bTimeUnit\\.\\w+\\.sleep\\(|@Disabled\\b"));
    }

    @Test
    void theChecksTellCodeFromCommentsAndLiterals() {
        SourceFile file = SourceFile.of("Any", "a = \"// x\"; // y\n/* b\n'c' */ d('\"');\n\"\"\"\ne \"f\" \"\"\"; g");
        assertEquals(List.of("a =       ;", "", "       d(   );", "", "         ; g"), trimmed(file.code()));
        assertEquals(List.of("            // y", "/* b", "'c' */", "", ""), trimmed(file.comments()));
        assertTrue(CODE_IN_COMMENT.matcher("// count(x);").matches());
        assertTrue(CODE_IN_COMMENT.matcher("  // if (x > 0) {").matches());
        assertTrue(!CODE_IN_COMMENT.matcher("// the tail may lag: it is helped").matches());
    }

    private static List<String> trimmed(List<String> lines) {
        return lines.stream().map(String::stripTrailing).toList();
    }

    /** Skips annotations upwards from the type's line, and expects the end of a Javadoc comment there. */
    private static boolean hasJavadoc(SourceFile file, int typeLine) {
        int line = typeLine - 1;
        while (line >= 0 && file.code().get(line).startsWith("@")) {
            line--;
        }
        if (line < 0 || !file.comments().get(line).endsWith("*/")) {
            return false;
        }
        while (line > 0 && !file.comments().get(line).startsWith("/*")) {
            line--;
        }
        return file.comments().get(line).startsWith("/**");
    }

    private static List<String> filesWith(
            List<SourceFile> files, Function<SourceFile, List<String>> part, String regex) {
        Pattern pattern = Pattern.compile(regex);
        return files.stream()
                .filter(file -> !file.name().equals("module-info.java"))
                .filter(file -> part.apply(file).stream()
                        .anyMatch(line -> pattern.matcher(line).find()))
                .map(SourceFile::name)
                .toList();
    }

    private static List<String> find(List<SourceFile> files, Function<SourceFile, List<String>> part, String regex) {
        Pattern pattern = Pattern.compile(regex);
        List<String> found = new ArrayList<>();
        for (SourceFile file : files) {
            List<String> lines = part.apply(file);
            for (int i = 0; i < lines.size(); i++) {
                if (pattern.matcher(lines.get(i)).find()) {
                    found.add(place(file, i));
                }
            }
        }
        return found;
    }

    private static String place(SourceFile file, int line) {
        return file.name() + ":" + (line + 1) + ": " + file.lines().get(line).strip();
    }

    private static void assertNone(List<String> places) {
        assertEquals("", String.join("\n", places));
    }
}

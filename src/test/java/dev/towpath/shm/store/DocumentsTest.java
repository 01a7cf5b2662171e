package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.shm.memory.HeaderLayout;
import dev.towpath.shm.memory.Layouts;
import dev.towpath.shm.structure.StructureLayouts;
import java.io.IOException;
import java.lang.foreign.StructLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares the documents with the code: a region's structs, what fits into it, tests to run, and where links lead. */
class DocumentsTest {
    private static final Path DESIGN = Path.of("docs", "design.md");
    private static final Path README = Path.of("README.md");
    private static final Path GENERATED = Path.of("docs", "performance.md");

    private static final Pattern STRUCT = Pattern.compile("#+ `([^`]+)`, ([0-9,]+) bytes");
    private static final Pattern ROW = Pattern.compile("\\| ([0-9,]+) \\| ([0-9,]+) \\| ([^|]+) \\|.*");
    private static final Pattern SIZES = Pattern.compile("\\| ([0-9]+ [KMG]iB) \\| ([0-9]+ [KMG]iB) \\|(.*)\\|");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern TESTS = Pattern.compile("-Dtest='?([\\w*,]+)");
    private static final Pattern NUMBERED = Pattern.compile("(.*?)([0-9]+)");

    @Test
    void theTablesOfTheDesignAreTheStructsOfTheRegion() throws IOException {
        List<StructLayout> structs = new ArrayList<>(List.of(HeaderLayout.STRUCT));
        structs.add(ParticipantLayout.RECORD);
        structs.add(DutyLayout.RECORD);
        structs.addAll(StructureLayouts.all());
        assertEquals(Set.copyOf(Structures.layouts()), Set.copyOf(structs));
        List<String> expected = structs.stream()
                .flatMap(struct -> condensed(Layouts.describe(struct)).stream())
                .toList();
        assertEquals(String.join("\n", expected), String.join("\n", described(between(DESIGN, "structs"))));
    }

    @Test
    void theReadmeTellsWhatFits() throws IOException {
        List<String> expected = new ArrayList<>();
        List<String> found = new ArrayList<>();
        for (String line : between(README, "sizes")) {
            Matcher row = SIZES.matcher(line);
            if (row.matches()) {
                found.add(
                        row.group(1) + ", " + row.group(2) + ":" + row.group(3).replace(" |", ""));
                expected.add(row.group(1) + ", " + row.group(2) + ":" + fits(bytes(row.group(1)), bytes(row.group(2))));
            }
        }
        assertTrue(found.size() > 1, "the table has no rows");
        assertEquals(String.join("\n", expected), String.join("\n", found));
    }

    @Test
    void linksBetweenDocumentsLeadToFilesAndHeadings() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path document : documents()) {
            Matcher link = LINK.matcher(Files.readString(document));
            while (link.find()) {
                if (!link.group(1).contains(":") && !leadsSomewhere(document, link.group(1))) {
                    broken.add(document + ": " + link.group(1));
                }
            }
        }
        assertEquals("", String.join("\n", broken));
    }

    private static String fits(long messageMemoryBytes, long groupMemoryBytes) {
        RegionLayout layout = RegionLayout.of(messageMemoryBytes, groupMemoryBytes);
        return String.format(
                Locale.ROOT,
                " %,d %,d %,d %,d %,d ",
                layout.sizeBytes(),
                layout.slabs(),
                layout.slabs() * 256L,
                layout.channels(),
                layout.memberships());
    }

    private static long bytes(String size) {
        String[] numberAndUnit = size.split(" ", -1);
        int shift =
                switch (numberAndUnit[1]) {
                    case "KiB" -> 10;
                    case "MiB" -> 20;
                    default -> 30;
                };
        return Long.parseLong(numberAndUnit[0]) << shift;
    }

    /** The lines between two markers, which are comments of their own. */
    private static List<String> between(Path document, String marker) throws IOException {
        List<String> lines = Files.readAllLines(document);
        int from = lines.indexOf("<!-- " + marker + " -->");
        int to = lines.indexOf("<!-- /" + marker + " -->");
        assertTrue(from >= 0 && from < to, document + " has no section between markers named " + marker);
        return lines.subList(from + 1, to);
    }

    /** What the tables say: a line for each struct, and one for each word or run of words. */
    private static List<String> described(List<String> lines) {
        List<String> described = new ArrayList<>();
        for (String line : lines) {
            Matcher struct = STRUCT.matcher(line);
            Matcher row = ROW.matcher(line);
            if (struct.matches()) {
                described.add(struct.group(1) + " " + plain(struct.group(2)));
            } else if (row.matches()) {
                described.add(plain(row.group(1)) + " " + plain(row.group(2)) + " " + plain(row.group(3)));
            }
        }
        return described;
    }

    private static String plain(String cell) {
        return cell.replace(",", "").replace("`", "").strip();
    }

    /** A description in which words with the same name and consecutive numbers are one line. */
    private static List<String> condensed(String description) {
        List<String> condensed = new ArrayList<>();
        List<String[]> words = new ArrayList<>();
        for (String line : description.lines().toList()) {
            if (line.startsWith(" ")) {
                words.add(line.strip().split(" ", -1));
            } else {
                condensed.add(line);
            }
        }
        for (int i = 0; i < words.size(); ) {
            int end = i + 1;
            while (end < words.size() && follows(words.get(end - 1)[2], words.get(end)[2])) {
                end++;
            }
            String[] first = words.get(i);
            long bytes = words.subList(i, end).stream()
                    .mapToLong(word -> Long.parseLong(word[1]))
                    .sum();
            String names = end == i + 1 ? first[2] : first[2] + " … " + words.get(end - 1)[2];
            condensed.add(first[0] + " " + bytes + " " + names);
            i = end;
        }
        return condensed;
    }

    private static boolean follows(String name, String next) {
        Matcher one = NUMBERED.matcher(name);
        Matcher other = NUMBERED.matcher(next);
        return one.matches()
                && other.matches()
                && one.group(1).equals(other.group(1))
                && Integer.parseInt(one.group(2)) + 1 == Integer.parseInt(other.group(2));
    }

    @Test
    void theCommandsNameTestsThatExist() throws IOException {
        List<String> names = new ArrayList<>();
        for (Path document : documents()) {
            Matcher command = TESTS.matcher(Files.readString(document));
            while (command.find()) {
                names.addAll(List.of(command.group(1).split(",", -1)));
            }
        }
        assertTrue(names.size() > 1, "no document names a test");
        Set<String> tests = testClasses();
        names.remove("NameOfTest"); // stands for any
        names.removeIf(name -> tests.stream().anyMatch(test -> test.matches(name.replace("*", ".*"))));
        assertEquals(List.of(), names);
    }

    private static Set<String> testClasses() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
    }

    /** The documents that people write; the comparison with other libraries is written by a program, with its plots. */
    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>();
        try (Stream<Path> here = Files.list(Path.of(""));
                Stream<Path> docs = Files.walk(Path.of("docs"))) {
            Stream.concat(here, docs)
                    .filter(file -> file.toString().endsWith(".md") && !file.equals(GENERATED))
                    .forEach(documents::add);
        }
        return documents;
    }

    private static boolean leadsSomewhere(Path document, String link) throws IOException {
        String[] fileAndHeading = link.split("#", 2);
        Path parent = document.getParent();
        Path folder = parent == null ? Path.of("") : parent;
        Path target = fileAndHeading[0].isEmpty() ? document : folder.resolve(fileAndHeading[0]);
        return Files.exists(target)
                && (fileAndHeading.length == 1 || anchors(target).contains(fileAndHeading[1]));
    }

    /** The anchors of a document's headings, as the usual viewers make them. */
    private static List<String> anchors(Path document) throws IOException {
        return Files.readAllLines(document).stream()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
                .toList();
    }

    @Test
    void theCheckOfTablesSeesRunsOfWords() {
        String description = "s 32\n  0 8 a\n  8 8 b0\n  16 8 b1\n  24 8 c7\n";
        assertEquals(List.of("s 32", "0 8 a", "8 16 b0 … b1", "24 8 c7"), condensed(description));
        assertEquals(
                List.of("s 1032", "8 16 b0 … b1"),
                described(Arrays.asList("### `s`, 1,032 bytes", "text", "| 8 | 16 | `b0` … `b1` | two |")));
    }
}

package dev.towpath;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Splits a Java source into what is code and what is comment, line by line, for {@link TidyTest}.
 *
 * @param name the path below the source folder, with slashes
 * @param lines the lines as they are
 * @param code the lines without comments and without the contents of literals
 * @param comments the lines with nothing but comments
 */
record SourceFile(String name, List<String> lines, List<String> code, List<String> comments) {
    private static final Pattern TOKEN = Pattern.compile("""
            (?<comment>//[^\\n]*|/\\*[\\s\\S]*?\\*/)\
            |(?<literal>\"""[\\s\\S]*?(?<!\\\\)\"""|"(?:[^"\\\\\\n]|\\\\.)*"|'(?:[^'\\\\\\n]|\\\\.)*')\
            """);
    private static final Pattern NOT_A_LINE_END = Pattern.compile("[^\\n]");

    static List<SourceFile> below(String folder) {
        Path root = Path.of(folder);
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .map(file -> read(root, file))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SourceFile read(Path root, Path file) {
        try {
            String name = root.relativize(file).toString().replace('\\', '/');
            return of(name, Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static SourceFile of(String name, String text) {
        StringBuilder code = new StringBuilder();
        StringBuilder comments = new StringBuilder();
        var token = TOKEN.matcher(text);
        int end = 0;
        while (token.find()) {
            String between = text.substring(end, token.start());
            String blank = blank(token.group());
            code.append(between).append(blank);
            comments.append(blank(between)).append(token.group("comment") != null ? token.group() : blank);
            end = token.end();
        }
        code.append(text, end, text.length());
        comments.append(blank(text.substring(end)));
        return new SourceFile(
                name,
                text.lines().toList(),
                code.toString().lines().toList(),
                comments.toString().lines().toList());
    }

    private static String blank(String text) {
        return NOT_A_LINE_END.matcher(text).replaceAll(" ");
    }
}

package dev.towpath.shm;

import dev.towpath.shm.memory.ForkedJvm;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Compiles sources as a user of the library would, and nothing that he would not have is on his path. */
final class UserProgram {

    private UserProgram() {}

    /** What a user compiles against who depends on the library: with its annotations. */
    static String compilePath() {
        return path("jackson-", "jspecify-");
    }

    /** What he needs at run time. */
    static String path() {
        return path("jackson-");
    }

    private static String path(String... dependencies) {
        List<String> path = new ArrayList<>(List.of(ForkedJvm.home(SharedMemoryLayer.class)));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            String name = Path.of(entry).getFileName().toString();
            if (Stream.of(dependencies).anyMatch(name::startsWith)) {
                path.add(entry);
            }
        }
        return String.join(File.pathSeparator, path);
    }

    /** Compiles every source in a directory; warnings are errors. */
    static void compile(Path sources, Path classes, String... options) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.addAll(List.of("--release", "22", "-Xlint:all", "-Werror", "-d", classes.toString()));
        try (Stream<Path> all = Files.walk(sources)) {
            all.filter(path -> path.toString().endsWith(".java")).forEach(path -> arguments.add(path.toString()));
        }
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        if (compiler.run(null, errors, errors, arguments.toArray(String[]::new)) != 0) {
            throw new AssertionError(errors.toString(StandardCharsets.UTF_8));
        }
    }
}

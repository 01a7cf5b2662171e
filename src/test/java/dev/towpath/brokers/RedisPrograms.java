package dev.towpath.brokers;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds a program that is a Redis server: the system's, or the one that a test dependency contains. */
final class RedisPrograms {
    private RedisPrograms() {}

    /** Gives the system's server, or else the contained one, written to the folder. */
    static Path find(Path folder) throws IOException {
        Path installed = installed();
        return installed != null ? installed : contained(folder);
    }

    /** Gives the system's server, or null if there is none. */
    static @Nullable Path installed() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(directory -> Path.of(directory, "redis-server"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** Writes the contained server to the folder. */
    static Path contained(Path folder) throws IOException {
        String name = resource();
        Path program = folder.resolve("redis-server");
        try (InputStream bytes = RedisPrograms.class.getResourceAsStream("/" + name)) {
            if (bytes == null) {
                throw new IllegalStateException("embedded-redis does not contain " + name);
            }
            Files.copy(bytes, program);
        }
        if (!program.toFile().setExecutable(true)) {
            throw new IOException("cannot make " + program + " executable");
        }
        return program;
    }

    private static String resource() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        if (system.startsWith("mac")) {
            return arm ? "redis-server-6.2.6-v5-darwin-arm64" : "redis-server-6.2.6-v5-darwin-amd64";
        }
        return arm ? "redis-server-6.2.7-linux-arm64" : "redis-server-6.2.6-v5-linux-amd64";
    }
}

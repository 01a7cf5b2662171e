package dev.towpath.redis;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who has no Jedis on the path is told what to add. */
class WithoutJedisTest {

    /** What is run there. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) {
            RedisLayer.builder("redis://localhost");
        }
    }

    @Test
    void theMessageSaysWhatToAdd() throws IOException {
        String path = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("jedis"))
                .collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        path,
                        Program.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes());
        assertTrue(process.onExit().join().exitValue() != 0, output);
        assertTrue(output.contains("RedisLayer needs Jedis: add redis.clients:jedis"), output);
    }
}

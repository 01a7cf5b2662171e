package dev.towpath.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertLinesMatch;

import dev.towpath.brokers.PythonPeer;
import dev.towpath.brokers.RedisBroker;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the chat room of the example: visitors of a Django application and a robot in a JVM hear each other. */
@Timeout(120)
class ChatExampleTest {
    private static final Path EXAMPLE = Path.of("src", "example", "python");
    private static final Path VISITORS = Path.of("src", "test", "python", "chat_visitors.py");

    @Test
    void allInTheRoomHearEachOther() throws IOException, InterruptedException {
        String python = PythonPeer.python();
        try (RedisBroker broker = RedisBroker.start()) {
            Process robot = startRobot(broker.uri());
            try {
                assertEquals("The robot listens.", lines(robot).readLine());
                ProcessBuilder visitors = new ProcessBuilder(python, VISITORS.toString(), EXAMPLE.toString());
                visitors.environment().put("REDIS", broker.uri());
                Process process = visitors.redirectErrorStream(true).start();
                assertLinesMatch(
                        List.of(
                                "page 200",
                                "websocket.accept",
                                "websocket.accept",
                                "0 somebody: hello",
                                "1 somebody: hello",
                                "0 somebody: /roll",
                                "0 robot: rolls a [1-6]",
                                "1 somebody: /roll",
                                "1 robot: rolls a [1-6]"),
                        lines(process).lines().toList());
                assertEquals(0, process.waitFor());
            } finally {
                robot.destroyForcibly().onExit().join();
            }
        }
    }

    private static Process startRobot(String uri) throws IOException {
        String path = System.getProperty("java.class.path") + File.pathSeparator + Path.of("target", "example-classes");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(java, "-cp", path, "dev.towpath.example.ChatRobot", uri)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static BufferedReader lines(Process process) {
        return process.inputReader(StandardCharsets.UTF_8);
    }
}

package dev.towpath.shm;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a module can use the library as a module, without any option to the compiler or the JVM. */
class ModulePathTest {

    @TempDir
    private Path directory;

    @Test
    void aModuleUsesTheLibraryAsAModule() throws IOException {
        Path sources = Files.createDirectories(directory.resolve("sources/user"));
        Files.writeString(sources.resolveSibling("module-info.java"), "module user { requires dev.towpath; }");
        Files.writeString(sources.resolve("Main.java"), """
                package user;

                import dev.towpath.GroupSend;
                import dev.towpath.Message;
                import dev.towpath.shm.SharedMemoryLayer;
                import java.nio.file.Path;
                import java.time.Duration;
                import java.util.Map;

                class Main {
                    public static void main(String[] arguments) throws Exception {
                        try (var layer = SharedMemoryLayer.builder("modules")
                                .directory(Path.of(arguments[0]))
                                .messageMemory(1 << 20)
                                .groupMemory(64 << 10)
                                .open()) {
                            System.out.println(layer.getClass().getModule());
                            layer.group("room").add("one");
                            GroupSend sent = layer.group("room").send(Map.of("text", "Hello"));
                            Message message = layer.receive(Duration.ofSeconds(60), "one");
                            System.out.println(sent.delivered() + " " + message.map());
                        }
                    }
                }
                """);
        Path classes = directory.resolve("classes");
        UserProgram.compile(sources.getParent(), classes, "--module-path", UserProgram.compilePath());
        String path = UserProgram.path() + File.pathSeparator + classes;
        List<String> options = List.of("--module-path", path, "--module", "user/user.Main");
        try (PeerJvm program = PeerJvm.run(options, directory)) {
            program.expect("module dev.towpath");
            program.expect("1 {text=Hello}");
            program.expectEnd();
        }
    }
}

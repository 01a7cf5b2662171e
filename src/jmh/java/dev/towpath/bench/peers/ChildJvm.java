package dev.towpath.bench.peers;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Starts JVMs with a {@link Worker}, pinned to one core where {@code taskset} is there. */
final class ChildJvm {
    /** The core of a JVM that is not pinned. */
    static final int ANY_CORE = -1;

    private static final boolean PINNED = Stream.of(
                    System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "taskset")));
    private static final List<String> OPTIONS = List.of(
            "-Xms256m",
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "-XX:ActiveProcessorCount=2", // a JVM on one core would think that there is no other
            "-XX:-UsePerfData",
            "-XX:-BackgroundCompilation", // on one core the compiler would come too late
            "-Daeron.ipc.term.buffer.length=" + (16 << 20),
            "-Dslf4j.internal.verbosity=ERROR",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
            "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-exports=jdk.unsupported/sun.misc=ALL-UNNAMED",
            "--add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED",
            "--add-opens=jdk.compiler/com.sun.tools.javac=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
            "--add-opens=java.base/java.io=ALL-UNNAMED",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED");

    private ChildJvm() {}

    static boolean isPinned() {
        return PINNED;
    }

    /** Forks a JVM; what it says besides its answers goes to a log. */
    static Child start(int core, Path log) throws IOException {
        List<String> command = new ArrayList<>();
        if (PINNED && core != ANY_CORE) {
            command.addAll(List.of("taskset", "-c", Integer.toString(core)));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPTIONS);
        for (String name : System.getProperties().stringPropertyNames()) {
            if (name.startsWith("peers.")) {
                command.add("-D" + name + "=" + System.getProperty(name));
            }
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Worker.class.getName()));
        return Child.start(command, log);
    }
}

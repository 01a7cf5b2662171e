package dev.towpath.example;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs one of the programs in a JVM of its own, on the same Java and the same path as this one.
 *
 * <p>The programs read from a pipe that only this JVM writes to. So they notice when this one has gone, however it
 * went.
 */
final class Jvm implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 5;

    private final Process process;

    private Jvm(Process process) {
        this.process = process;
    }

    static Jvm start(Class<?> program, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx256m");
        command.add("-XX:+UseSerialGC");
        command.add("-Dsun.net.httpserver.nodelay=true"); // or each small response waits 40 ms for company
        command.add("-D" + SharedLayer.PROPERTY + "=" + SharedLayer.WHERE);
        String modulePath = System.getProperty("jdk.module.path");
        if (modulePath != null && program.getModule().isNamed()) {
            String module = program.getModule().getName();
            command.addAll(List.of("--module-path", modulePath, "--module", module + "/" + program.getName()));
        } else {
            command.addAll(List.of("--class-path", System.getProperty("java.class.path"), program.getName()));
        }
        command.addAll(List.of(args));
        return new Jvm(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Waits until the program is ready. Returns what it says then. */
    String awaitGreeting() throws IOException {
        String greeting = process.inputReader(UTF_8).readLine();
        if (greeting == null) {
            throw new IOException("the JVM with pid " + pid() + " ended before it was ready");
        }
        return greeting;
    }

    long pid() {
        return process.pid();
    }

    /** Kills it with SIGKILL: it has no time to put anything in order. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks it to end, waits, and kills it if it does not. */
    @Override
    public void close() {
        try {
            process.outputWriter(UTF_8).close();
            if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (IOException e) {
            // The pipe is broken: it has ended, or is about to.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly().onExit().join();
    }

    /** Says to the JVM that started this one that it is ready. */
    static void greet(String greeting) {
        System.out.println(greeting);
    }

    /** Waits until the JVM that started this one closes the pipe or ends. */
    static void awaitParentsEnd() throws IOException {
        while (System.in.read() >= 0) {
            // whatever it says, it is there
        }
    }
}

package dev.towpath.shm.memory;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a main class of the tests in another JVM and talks with it line by line. */
public final class ForkedJvm implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;
    private final PrintStream input;

    private ForkedJvm(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.input = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /** Starts a class. */
    public static ForkedJvm start(Class<?> main, String... arguments) {
        return startUnder(List.of(), List.of(), main, arguments);
    }

    /**
     * Starts a class with JVM options by way of another command, to which java is an argument; on another class path if
     * the options name one.
     */
    public static ForkedJvm startUnder(List<String> wrapper, List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(wrapper);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m"));
        command.addAll(options);
        if (!options.contains("-cp")) {
            command.addAll(List.of("-cp", home(RegionFile.class) + ":" + home(main)));
        }
        command.add(main.getName());
        command.addAll(List.of(arguments));
        try {
            return new ForkedJvm(
                    new ProcessBuilder(command).redirectErrorStream(true).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says where a class comes from. */
    public static String home(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for the next line of the process's output; at its end, says so. */
    public String readLine() {
        try {
            String line = output.readLine();
            return line == null ? "(end of output)" : line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a line to the process's input. */
    public void writeLine(String line) {
        input.println(line);
    }

    /** Waits for the end of the process. */
    public int waitFor() throws InterruptedException {
        return process.waitFor();
    }

    /** Returns the process's number. */
    public long pid() {
        return process.pid();
    }

    /** Kills the process and waits for its end. */
    @Override
    public void close() {
        process.destroyForcibly();
        boolean interrupted = false;
        while (true) {
            try {
                process.waitFor();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

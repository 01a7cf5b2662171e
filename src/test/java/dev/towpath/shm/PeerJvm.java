package dev.towpath.shm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Runs a main class with the whole class path in another JVM, talks with it by lines, stops it and kills it. */
final class PeerJvm implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 120;
    private static final long TESTIMONY_SECONDS = 3;
    private static final String END = "(end of output)";

    private final Process process;
    private final JvmKind kind;
    private final PrintStream input;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private PeerJvm(Process process, JvmKind kind) {
        this.process = process;
        this.kind = kind;
        this.input = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        Thread.ofVirtual().start(this::readAll);
    }

    /** Starts a class. */
    static PeerJvm start(Class<?> main, Object... arguments) {
        return start(JvmKind.C1, main, arguments);
    }

    /** Starts a class in a JVM of some kind. */
    static PeerJvm start(JvmKind kind, Class<?> main, Object... arguments) {
        return run(kind, List.of("-cp", System.getProperty("java.class.path"), main.getName()), arguments);
    }

    /** Starts whatever the options name. */
    static PeerJvm run(List<String> options, Object... arguments) {
        return run(JvmKind.C1, options, arguments);
    }

    private static PeerJvm run(JvmKind kind, List<String> options, Object... arguments) {
        List<String> command = kind.command(
                Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        try {
            return new PeerJvm(
                    new ProcessBuilder(command).redirectErrorStream(true).start(), kind);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void readAll() {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            // It was killed.
        }
        lines.add(END);
    }

    /** Waits for the next line of output; at its end, says so. */
    String readLine() {
        try {
            String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("process " + pid() + " says nothing");
            }
            return line;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits for a line that begins like this, and gives the rest of it; any other line is a failure. */
    String expect(String start) {
        String line = readLine();
        if (!line.startsWith(start)) {
            StringBuilder all = new StringBuilder("instead of \"" + start + "\":\n" + line);
            for (String more = lines.poll(); more != null; more = lines.poll()) {
                all.append('\n').append(more);
            }
            throw new AssertionError(all.toString());
        }
        return line.substring(start.length()).strip();
    }

    /** Looks whether a line that begins like this has come, which is then to be expected. */
    boolean hasSaid(String start) {
        String line = lines.peek();
        return line != null && line.startsWith(start);
    }

    /** Waits for all lines that are still to come, and for a good end. */
    List<String> readToEnd() {
        return readToEnd(0);
    }

    /** Waits for all lines that are still to come, and for an end with a status. */
    List<String> readToEnd(int status) {
        List<String> all = new ArrayList<>();
        for (String line = readLine(); !line.equals(END); line = readLine()) {
            all.add(line);
        }
        awaitEnd(status);
        return all;
    }

    /** Writes a line to the process's input. */
    void say(String line) {
        input.println(line);
    }

    /** The JVM's process id, as seen from here; what it says itself may be another. */
    long pid() {
        return jvm().pid();
    }

    private ProcessHandle jvm() {
        if (!kind.isGrandchild()) {
            return process.toHandle();
        }
        return process.children().findFirst().orElse(process.toHandle());
    }

    /** Waits until the process has ended by itself, and well. */
    void expectEnd() {
        expect(END);
        awaitEnd(0);
    }

    private void awaitEnd(int status) {
        try {
            if (kind == JvmKind.UNREAPED) {
                process.destroyForcibly().waitFor(); // only its parent could say how it has ended
            } else if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != status) {
                throw new AssertionError("process " + pid() + " did not end with status " + status);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Sends SIGSTOP, and waits until every thread has stopped. */
    void stop() {
        signal("-STOP");
        while (!isStopped()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    /** Sends SIGCONT. */
    void resume() {
        signal("-CONT");
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", name, Long.toString(pid())).start();
            if (kill.waitFor() != 0) {
                throw new AssertionError("cannot send " + name + " to " + pid());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private boolean isStopped() {
        Path tasks = Path.of("/proc", Long.toString(pid()), "task");
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
            for (Path thread : threads) {
                if (state(thread) != 'T') {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false; // a thread has just ended
        }
    }

    /** The state of a process or thread, by its directory: T if it is stopped, Z if it is a zombie. */
    private static char state(Path task) {
        try {
            String stat = Files.readString(task.resolve("stat"), StandardCharsets.ISO_8859_1);
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return '?'; // it has just ended
        }
    }

    /** What it has said and not been asked for, and what all its threads are doing, for a message of failure. */
    String testimony() {
        List<String> all = new ArrayList<>();
        try {
            if (jvm().isAlive()) {
                signal("-QUIT");
            }
            for (String line = ""; line != null; line = lines.poll(TESTIMONY_SECONDS, TimeUnit.SECONDS)) {
                all.add(line);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return String.join("\n", all);
    }

    /** Sends SIGKILL and waits until the JVM is dead, or a zombie if nobody asks for it. */
    void kill() {
        ProcessHandle jvm = jvm();
        jvm.destroyForcibly();
        if (kind == JvmKind.UNREAPED) {
            while (state(Path.of("/proc", Long.toString(jvm.pid()))) != 'Z') {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        } else {
            awaitDeath();
        }
    }

    /** Kills it and what has started it. */
    @Override
    public void close() {
        jvm().destroyForcibly();
        process.destroyForcibly();
        awaitDeath();
    }

    private void awaitDeath() {
        boolean interrupted = false;
        while (process.isAlive()) {
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.towpath.shm;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A way to run a JVM: its options, and what starts it. */
enum JvmKind {
    /** Compiles with C1 only, and so starts fast. */
    C1("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m"),
    /** Compiles nothing, so that everything takes long and is interrupted anywhere. */
    INTERPRETER("-Xint", "-XX:+UseSerialGC", "-Xmx32m"),
    G1("-XX:+UseG1GC", "-Xmx256m"),
    ZGC("-XX:+UseZGC", "-Xmx128m"),
    /** Compiles with C2 too, and collects often. */
    SMALL_HEAP("-XX:+UseSerialGC", "-Xmx20m"),
    /** Is process 1 of a PID namespace of its own, where that is permitted. */
    PID_NAMESPACE(List.of("unshare", "--pid", "--fork", "--kill-child"), C1.options),
    /** Sees the monotonic clock eleven days ahead of everybody else's, where that is permitted. */
    TIME_NAMESPACE(
            List.of(
                    "unshare",
                    "--user",
                    "--map-current-user",
                    "--time",
                    "--monotonic",
                    "1000000",
                    "--fork",
                    "--kill-child"),
            C1.options),
    /** Has a parent that never asks how it ended, so that it stays a zombie. */
    UNREAPED(
            List.of(
                    "sh",
                    "-c",
                    "exec 3<&0; \"$@\" <&3 3<&- & exec tail --pid=$PPID -f /dev/null >/dev/null 2>&1",
                    "sh"),
            C1.options);

    private final List<String> starter;
    private final List<String> options;

    JvmKind(String... options) {
        this(List.of(), List.of(options));
    }

    JvmKind(List<String> starter, List<String> options) {
        this.starter = starter;
        this.options = options;
    }

    /** All kinds that this machine permits; {@link JvmKindTest} says which it does not. */
    static List<JvmKind> permitted() {
        return Arrays.stream(values()).filter(JvmKind::isPermitted).toList();
    }

    /** Whether this user may make what starts it: to root it is permitted nearly everywhere. */
    boolean isPermitted() {
        if (this != PID_NAMESPACE && this != TIME_NAMESPACE) {
            return true;
        }
        List<String> command = new ArrayList<>(starter);
        command.add("true");
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException e) {
            return false; // there is no such command
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The command for a JVM of this kind. */
    List<String> command(String java) {
        List<String> command = new ArrayList<>(starter);
        command.add(java);
        command.add("-XX:-UsePerfData"); // its file is named after the process id, which is not unique
        command.addAll(options);
        return command;
    }

    /** Whether the JVM is a child of the process that is started. */
    boolean isGrandchild() {
        return !starter.isEmpty();
    }
}

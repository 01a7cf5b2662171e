package dev.towpath.shm.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Scanner;
import java.util.concurrent.atomic.AtomicReference;

/** Does in a JVM of its own what a test asks for in its arguments, prints what came of it, and waits for input. */
public final class MemoryProbe {

    /** The number of the exit of a process that was told to die. */
    static final int DIED = 137;

    private static final int CHURNS = 300;

    private MemoryProbe() {}

    /**
     * Runs one command.
     *
     * @param arguments the command, a path and a prefix
     */
    public static void main(String[] arguments) {
        Path path = Path.of(arguments[1]);
        Scanner input = new Scanner(System.in);
        switch (arguments[0]) {
            case "isHeld" -> System.out.println(LockFile.isHeld(path));
            case "hold" -> {
                System.out.println(LockFile.tryAcquire(path) == null ? "refused" : "held");
                input.hasNextLine();
            }
            case "openDirectory" -> System.out.println(openDirectory(path));
            case "open" -> System.out.println(open(path, arguments[2]));
            case "openMany" -> openMany(path, input);
            case "churn" -> System.out.println(churn(path, arguments[2], Integer.parseInt(arguments[3])));
            case "dieInInitializer" ->
                RegionFile.open(
                        RegionDirectory.open(path),
                        arguments[2],
                        RegionFileTest.spec(
                                4096, 4096, region -> Runtime.getRuntime().halt(DIED)));
            case "stayInJoin" -> stayInJoin(path, arguments[2], input);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static String openDirectory(Path base) {
        try {
            return RegionDirectory.open(base).path().toString();
        } catch (RegionFault e) {
            return e.kind() + " " + e.getMessage();
        }
    }

    private static String open(Path base, String prefix) {
        try (RegionFile region =
                RegionFile.open(RegionDirectory.open(base), prefix, RegionFileTest.spec(4096, 4096, segment -> {}))) {
            return Long.toString(region.header().hashSeed());
        } catch (RegionFault e) {
            return e.kind() + " " + e.getMessage();
        }
    }

    /** Is in the middle of opening until there is input, or for ever. */
    private static void stayInJoin(Path base, String prefix, Scanner input) {
        RegionFile.open(RegionDirectory.open(base), prefix, RegionFileTest.spec(4096, 4096, segment -> {}), region -> {
                    System.out.println("joining");
                    input.hasNextLine();
                })
                .close();
    }

    private static void openMany(Path base, Scanner input) {
        RegionDirectory directory = RegionDirectory.open(base);
        System.out.println("ready");
        while (input.hasNextLine()) {
            RegionSpec spec = RegionFileTest.spec(4096, 4096, MemoryProbe::sign);
            try (RegionFile region = RegionFile.open(directory, input.nextLine(), spec)) {
                long signature = region.segment().get(ValueLayout.JAVA_LONG, HeaderLayout.SIZE_BYTES);
                System.out.println(region.header().hashSeed() + " " + signature);
            }
        }
    }

    /** Opens, joins, leaves and deletes, many times; says what went wrong. */
    private static String churn(Path base, String prefix, int slot) {
        RegionDirectory directory = RegionDirectory.open(base);
        int deleted = 0;
        for (int i = 0; i < CHURNS; i++) {
            AtomicReference<LockFile> participant = new AtomicReference<>();
            RegionSpec spec = RegionFileTest.spec(4096, 4096, segment -> {});
            try (RegionFile region = RegionFile.open(
                    directory,
                    prefix,
                    spec,
                    opened -> participant.set(take(directory.participantLock(prefix, slot))))) {
                if (!region.isInPlace()) {
                    return "in a removed region after " + i;
                }
            } finally {
                participant.get().close();
            }
            try {
                RegionFile.delete(directory, prefix);
                deleted++;
            } catch (IllegalStateException e) {
                // The other one is in it.
            }
        }
        return deleted > 0 ? "well" : "nothing was ever deleted";
    }

    private static LockFile take(Path path) {
        LockFile lock = LockFile.tryAcquire(path);
        while (lock == null) {
            lock = LockFile.tryAcquire(path);
        }
        return lock;
    }

    private static void sign(MemorySegment region) {
        region.set(
                ValueLayout.JAVA_LONG,
                HeaderLayout.SIZE_BYTES,
                ProcessHandle.current().pid());
    }
}

package dev.towpath.shm.store;

import dev.towpath.shm.memory.LockFile;
import dev.towpath.shm.memory.RegionDirectory;
import dev.towpath.shm.memory.RegionFault;
import dev.towpath.shm.memory.RegionFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Scanner;
import java.util.stream.Stream;

/** Opens a region in a JVM of its own, or tries as another user what the owner of a region would not like. */
public final class StrangerProbe {

    private StrangerProbe() {}

    /**
     * Opens a region and waits for a line, or tries everything on the region of somebody else and says what came of it.
     *
     * @param arguments {@code open} or {@code attack}; the base directory, the prefix; for an attack also the owner's
     *     name and process
     */
    public static void main(String[] arguments) throws IOException {
        Path base = Path.of(arguments[1]);
        if (arguments[0].equals("open")) {
            try (Store store = Store.open(base, arguments[2], StrangersTest.options())) {
                System.out.println(store.path());
                new Scanner(System.in).hasNextLine();
            }
            return;
        }
        Path directory = base.resolve("towpath-" + arguments[3]);
        for (Attack attack : Attack.values()) {
            System.out.println(attack + " " + outcome(attack, base, directory, arguments));
        }
    }

    private static String outcome(Attack attack, Path base, Path directory, String[] arguments) {
        try {
            return attack.succeeds(base, directory, arguments[2], Long.parseLong(arguments[4]))
                    ? "succeeded"
                    : "failed";
        } catch (RegionFault e) {
            return "refused: " + e.kind();
        } catch (IllegalStateException e) {
            return "in use";
        } catch (IOException | UncheckedIOException e) {
            return "denied: " + e;
        }
    }

    /** What a stranger tries. */
    enum Attack {
        OPEN_AS_OWNER {
            @Override
            boolean succeeds(Path base, Path directory, String prefix, long process) {
                Store.open(base, prefix, StrangersTest.options()).close();
                return true;
            }
        },
        LOOK_AS_OWNER {
            @Override
            boolean succeeds(Path base, Path directory, String prefix, long process) {
                return Inspection.of(base, prefix) != null;
            }
        },
        DELETE_AS_OWNER {
            @Override
            boolean succeeds(Path base, Path directory, String prefix, long process) {
                RegionDirectory found = RegionDirectory.find(base);
                if (found != null) {
                    RegionFile.delete(found, prefix);
                }
                return found != null;
            }
        },
        LIST {
            @Override
            boolean succeeds(Path base, Path directory, String prefix, long process) throws IOException {
                try (Stream<Path> files = Files.list(directory)) {
                    return files.count() >= 0;
                }
            }
        },
        READ {
            @Override
            boolean succeeds(Path base, Path directory, String prefix, long process) throws IOException {
                return Files.readAllBytes(directory.resolve(prefix + "@region")).length > 0;
            }
        },
        WRITE {
            @Override
            boolean succeeds(Path base, Path directory, String prefix, long process) throws IOException {
                FileChannel.open(directory.resolve(prefix + "@region"), StandardOpenOption.WRITE)
                        .close();
                return true;
            }
        },
        LOCK {
            @Override
            boolean succeeds(Path base, Path directory, String prefix, long process) {
                return LockFile.tryAcquire(directory.resolve(prefix + "@lock")) != null;
            }
        },
        RING {
            @Override
            boolean succeeds(Path base, Path directory, String prefix, long process) throws IOException {
                try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                    return socket.connect(UnixDomainSocketAddress.of(directory.resolve(prefix + "@0.sock")));
                }
            }
        },
        RENAME {
            @Override
            boolean succeeds(Path base, Path directory, String prefix, long process) throws IOException {
                return Files.exists(Files.move(directory, base.resolve("moved")));
            }
        },
        STOP {
            @Override
            boolean succeeds(Path base, Path directory, String prefix, long process) throws IOException {
                return exitOf("kill", "-STOP", Long.toString(process)) == 0;
            }
        },
        KILL {
            @Override
            boolean succeeds(Path base, Path directory, String prefix, long process) {
                return ProcessHandle.of(process).orElseThrow().destroyForcibly();
            }
        };

        abstract boolean succeeds(Path base, Path directory, String prefix, long process) throws IOException;

        private static int exitOf(String... command) throws IOException {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try {
                return process.waitFor();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}

package dev.towpath.shm;

import dev.towpath.ChannelFullException;
import dev.towpath.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Uses a layer in a process that has little of something, and says {@code well} if everything went as it should. */
public final class ResourceProbe {

    static final String PREFIX = "scarce";

    private static final int MOST_DESCRIPTORS = 10_000;
    private static final int PINGS = 2_000;
    private static final int SUCCESSES = 30;
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Path directory;

    private ResourceProbe(Path directory) {
        this.directory = directory;
    }

    /**
     * Runs one command.
     *
     * @param arguments command and directory
     */
    public static void main(String[] arguments) throws Exception {
        ResourceProbe probe = new ResourceProbe(Path.of(arguments[1]));
        switch (arguments[0]) {
            case "descriptors" -> probe.withoutDescriptors();
            case "stack" -> probe.onTheLastBitOfStack();
            case "processor" -> probe.onOneProcessor();
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        System.out.println("well");
    }

    static SharedMemoryLayer open(Path directory, String prefix) {
        return SharedMemoryLayer.builder(prefix)
                .directory(directory)
                .messageMemory(1 << 20)
                .groupMemory(64 << 10)
                .open();
    }

    /** Does a bit of everything. */
    static void use(SharedMemoryLayer layer) throws InterruptedException {
        layer.group("room").add("one");
        require(layer.group("room").channels().equals(Set.of("one")), "the member is there");
        layer.group("room").send(new byte[3]);
        layer.send("one", new byte[70_000]);
        require(Objects.requireNonNull(layer.receive(LONG, "one")).bytes().length == 3, "the first message");
        require(Objects.requireNonNull(layer.tryReceive("one")).bytes().length == 70_000, "the second message");
        require(layer.receive(Duration.ofMillis(30), "one") == null, "there are no more");
        require(layer.statistics().messagesPending() == 0, "nothing is pending");
        CompletableFuture<Message> later = layer.receiver("two").receiveAsync();
        layer.send("two", new byte[1]);
        require(later.join().bytes().length == 1, "the message that was waited for");
    }

    private static void require(boolean right, String what) {
        if (!right) {
            throw new AssertionError("not so: " + what);
        }
    }

    private void withoutDescriptors() throws Exception {
        try (SharedMemoryLayer layer = open(directory, PREFIX)) {
            use(layer);
            List<OutputStream> eaten = new ArrayList<>();
            try {
                while (eaten.size() < MOST_DESCRIPTORS) {
                    eaten.add(Files.newOutputStream(directory.resolve("eaten")));
                }
                throw new AssertionError("there is no end of descriptors");
            } catch (IOException e) {
                use(layer);
            }
            try {
                open(directory, "another").close();
                throw new AssertionError("opened without a descriptor");
            } catch (UncheckedIOException e) {
                use(layer);
            }
            for (OutputStream one : eaten) {
                one.close();
            }
            use(layer);
            try (SharedMemoryLayer another = open(directory, "another")) {
                use(another);
            }
        }
    }

    /** Sends at every depth of the stack from which it does not succeed any more to where it does. */
    private void onTheLastBitOfStack() throws Exception {
        List<Integer> accepted = new ArrayList<>();
        int[] tries = new int[1];
        try (SharedMemoryLayer layer = open(directory, PREFIX)) {
            use(layer);
            Thread diver = new Thread(null, () -> dive(layer, accepted, tries), "diver", 1 << 20);
            diver.start();
            diver.join();
            require(tries[0] > accepted.size(), "some sends failed");
            List<Integer> received = new ArrayList<>();
            for (Message message = layer.tryReceive("deep"); message != null; message = layer.tryReceive("deep")) {
                received.add(Stamp.sequence(Stamp.read(message.bytes())));
            }
            require(received.containsAll(accepted), "all of " + accepted + " are in " + received);
            require(Set.copyOf(received).size() == received.size(), "nothing came twice: " + received);
            use(layer);
        }
        require(RegionCheck.of(directory, PREFIX).isClean(), "nothing is wrong");
    }

    /** Goes down until the stack is at its end, and on the way back up sends a number at each step. */
    @SuppressWarnings("InfiniteRecursion") // that is what it is for
    private static void dive(SharedMemoryLayer layer, List<Integer> accepted, int[] tries) {
        try {
            dive(layer, accepted, tries);
        } catch (StackOverflowError e) {
            // That was the bottom.
        }
        if (accepted.size() < SUCCESSES) {
            try {
                int number = tries[0]++;
                layer.send("deep", Stamp.payload(Stamp.of(0, number)));
                accepted.add(number);
            } catch (StackOverflowError e) {
                return; // too deep yet
            } catch (ChannelFullException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Two threads that wait for each other, and everything else that a layer does, have to share one. */
    private void onOneProcessor() throws Exception {
        require(Runtime.getRuntime().availableProcessors() == 1, "there is one processor");
        try (SharedMemoryLayer layer = open(directory, PREFIX)) {
            use(layer);
            Thread echo = Thread.ofPlatform().daemon().start(() -> {
                try {
                    for (int i = 0; i < PINGS; i++) {
                        layer.send("pong", layer.receive("ping").bytes());
                    }
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            for (int i = 0; i < PINGS; i++) {
                layer.send("ping", Stamp.payload(Stamp.of(0, i)));
                long answer = Stamp.read(
                        Objects.requireNonNull(layer.receive(LONG, "pong")).bytes());
                require(Stamp.sequence(answer) == i, "answer " + i);
            }
            echo.join();
        }
    }
}

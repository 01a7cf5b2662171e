package dev.towpath.bench.peers;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import dev.towpath.Group;
import dev.towpath.Message;
import dev.towpath.MessageHandler;
import dev.towpath.Receiver;
import dev.towpath.Sender;
import dev.towpath.shm.SharedMemoryLayer;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Measures, inside one JVM, what no peer has: groups, stored messages, waiting threads, recovery. */
final class TowpathWork {
    private static final int MEBI = 1 << 20;
    private static final String PREFIX = "towpath";
    private static final MessageHandler IGNORE = (channel, payload) -> {};

    private TowpathWork() {}

    /** Runs what the second word says, in the folder that the third names, with the number that the fourth is. */
    static String run(String[] words) throws Exception {
        Path folder = Path.of(words[2]);
        int number = Integer.parseInt(words[3]);
        return switch (words[1]) {
            case "group" -> group(folder, number);
            case "stored" -> stored(folder, number);
            case "memberships" -> memberships(folder, number);
            case "idle" -> idle(folder, number);
            case "fill" -> fill(folder, number);
            case "open" -> open(folder, number);
            case "allocation" -> allocation(folder, number);
            case "replies" -> replies(folder, number);
            case "channels" -> channels(folder, number);
            default -> throw new IllegalArgumentException("unknown work " + words[1]);
        };
    }

    private static SharedMemoryLayer.Builder layer(Path folder, long messageMebi) {
        return SharedMemoryLayer.builder(PREFIX)
                .directory(folder)
                .messageMemory(messageMebi * MEBI)
                .capacity(1_000_000);
    }

    /** Nanoseconds for each member, and bytes of message memory for each. */
    private static String group(Path folder, int members) {
        try (SharedMemoryLayer layer = layer(folder, 400).open()) {
            Group group = layer.group("group");
            List<Receiver> receivers = new ArrayList<>();
            for (int i = 0; i < members; i++) {
                group.add("member." + i);
                receivers.add(layer.receiver("member." + i));
            }
            byte[] payload = new byte[200];
            group.send(payload);
            receivers.forEach(Receiver::tryReceive);
            long before = layer.statistics().messageMemory().usedBytes();
            group.send(payload);
            double bytes = layer.statistics().messageMemory().usedBytes() - before;
            receivers.forEach(Receiver::tryReceive);
            double nanos = Timing.median(() -> group.send(payload), () -> receivers.forEach(Receiver::tryReceive));
            return nanos / members + " " + bytes / members;
        }
    }

    /** Nanoseconds to send and receive while so many messages lie in other channels. */
    private static String stored(Path folder, int messages) {
        try (SharedMemoryLayer layer = layer(folder, 200).open()) {
            byte[] payload = new byte[64];
            for (int i = 0; i < messages; i++) {
                layer.send("stored." + i % 100, payload);
            }
            return Double.toString(sendAndReceive(layer));
        }
    }

    /** Nanoseconds to send and receive while there are so many memberships. */
    private static String memberships(Path folder, int memberships) {
        try (SharedMemoryLayer layer =
                layer(folder, 100).groupMemory(40L * MEBI).open()) {
            for (int i = 0; i < memberships; i++) {
                layer.group("group." + i % 1_000).add("member." + i);
            }
            return Double.toString(sendAndReceive(layer));
        }
    }

    private static double sendAndReceive(SharedMemoryLayer layer) {
        Sender sender = layer.sender("channel");
        Receiver receiver = layer.receiver("channel");
        byte[] payload = new byte[64];
        int times = 2_000;
        return Timing.median(
                        () -> {
                            for (int i = 0; i < times; i++) {
                                sender.send(payload);
                                receiver.tryReceive();
                            }
                        },
                        () -> {})
                / times;
    }

    /** The share of a core that is used while so many virtual threads wait, each at a channel of its own. */
    private static String idle(Path folder, int threads) throws Exception {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        try (SharedMemoryLayer layer = layer(folder, 100).open()) {
            List<Thread> waiting = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Receiver receiver = layer.receiver("waiting." + i);
                waiting.add(Thread.startVirtualThread(() -> receiveUntilInterrupted(receiver)));
            }
            TimeUnit.MILLISECONDS.sleep(3_000);
            long cpu = system.getProcessCpuTime();
            long begin = System.nanoTime();
            TimeUnit.MILLISECONDS.sleep(3_000);
            double share = (system.getProcessCpuTime() - cpu) / (double) (System.nanoTime() - begin);
            waiting.forEach(Thread::interrupt);
            for (Thread thread : waiting) {
                thread.join();
            }
            return Double.toString(share * 100);
        }
    }

    private static void receiveUntilInterrupted(Receiver receiver) {
        try {
            receiver.receive();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Fills a region of 100 MiB with small messages; how many they are. Closes it if the number is 0. */
    private static String fill(Path folder, int leaveOpen) {
        SharedMemoryLayer layer = layer(folder, 100).open();
        List<byte[]> payloads = Collections.nCopies(64, new byte[64]);
        Sender sender = layer.sender("full");
        long sent = 0;
        int more;
        do {
            more = sender.sendAll(payloads);
            sent += more;
        } while (more > 0);
        if (leaveOpen == 0) {
            layer.close();
        }
        return Long.toString(sent);
    }

    /** Milliseconds to open what is there, or to make it, after as many regions were made and opened to warm up. */
    private static String open(Path folder, int warmUps) {
        for (int i = 0; i < warmUps; i++) {
            SharedMemoryLayer.builder("warm").directory(folder).open().close();
            SharedMemoryLayer.builder("warm").directory(folder).open().close();
            SharedMemoryLayer.delete(folder, "warm");
        }
        long begin = System.nanoTime();
        SharedMemoryLayer layer = layer(folder, 100).open();
        long opened = System.nanoTime();
        layer.close();
        return Double.toString((opened - begin) / 1e6);
    }

    /** Bytes allocated for a message by {@code send} and {@code drain}, and by {@code sendAll} and {@code drain}. */
    private static String allocation(Path folder, int bytes) {
        try (SharedMemoryLayer layer = layer(folder, 100).open()) {
            Sender sender = layer.sender("channel");
            Receiver receiver = layer.receiver("channel");
            MemorySegment segment = MemorySegment.ofArray(new byte[bytes]);
            List<byte[]> payloads = Collections.nCopies(64, new byte[bytes]);
            double single = allocated(64, () -> {
                for (int i = 0; i < 64; i++) {
                    sender.send(segment);
                }
                receiver.drain(IGNORE, 64);
            });
            double batched = allocated(64, () -> {
                sender.sendAll(payloads);
                receiver.drain(IGNORE, 64);
            });
            return single + " " + batched;
        }
    }

    private static double allocated(int messages, Runnable work) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int times = 20_000;
        for (int i = 0; i < times; i++) {
            work.run();
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < times; i++) {
            work.run();
        }
        return (threads.getCurrentThreadAllocatedBytes() - before) / (double) times / messages;
    }

    /** Nanoseconds for each of so many reply channels: a name, a message sent, received, and never again. */
    private static String replies(Path folder, int times) throws InterruptedException {
        try (SharedMemoryLayer layer = layer(folder, 100).open()) {
            byte[] payload = new byte[64];
            long begin = System.nanoTime();
            for (int i = 0; i < times; i++) {
                String reply = layer.newChannel("reply?");
                layer.send(reply, payload);
                Message message = layer.receive(Duration.ofSeconds(1), reply);
                if (message == null) {
                    throw new IllegalStateException("the answer is gone");
                }
            }
            return Double.toString((System.nanoTime() - begin) / (double) times);
        }
    }

    /** Nanoseconds to send and receive in turn at so many channels, and bytes of memory for each idle one. */
    private static String channels(Path folder, int channels) {
        try (SharedMemoryLayer layer = layer(folder, 100).open()) {
            List<Sender> senders = new ArrayList<>();
            List<Receiver> receivers = new ArrayList<>();
            for (int i = 0; i < channels; i++) {
                senders.add(layer.sender("channel." + i));
                receivers.add(layer.receiver("channel." + i));
            }
            byte[] payload = new byte[64];
            double nanos = Timing.median(
                    () -> {
                        for (int i = 0; i < channels; i++) {
                            senders.get(i).send(payload);
                            receivers.get(i).tryReceive();
                        }
                    },
                    () -> {});
            return Double.toString(nanos / channels);
        }
    }
}

package dev.towpath.bench.peers;

import com.sun.management.ThreadMXBean;
import dev.towpath.Group;
import dev.towpath.LayerStatistics;
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

/** Measures, inside one JVM, what a layer costs: time, heap, shared memory, and processor time while threads wait. */
final class AloneWork {
    static final int MEBI = 1 << 20;

    private static final MessageHandler IGNORE = (channel, payload) -> {};
    private static final int BATCH = 64;
    private static final int TIMES = 2_000;
    private static final Runnable NOTHING = () -> {};

    private final SharedMemoryLayer layer;
    private final int number;

    private AloneWork(SharedMemoryLayer layer, int number) {
        this.layer = layer;
        this.number = number;
    }

    /** Does the work of that name, in a folder, for a number of something. */
    static String run(String name, Path folder, int number) throws Exception {
        try (SharedMemoryLayer layer = open(folder, 400)) {
            AloneWork work = new AloneWork(layer, number);
            return switch (name) {
                case "group" -> work.group();
                case "stored" -> work.stored();
                case "memberships" -> work.memberships();
                case "channels" -> work.channels();
                case "replies" -> work.replies();
                case "idle" -> work.idle(folder);
                case "allocation" -> work.allocation();
                case "metadata" -> work.metadata();
                default -> throw new IllegalArgumentException("unknown work " + name);
            };
        }
    }

    /** Opens the layer that several kinds of work use. */
    static SharedMemoryLayer open(Path folder, long messageMebi) {
        return SharedMemoryLayer.builder("towpath")
                .directory(folder)
                .messageMemory(messageMebi * MEBI)
                .groupMemory(40L * MEBI)
                .capacity(1_000_000)
                .expiry(Duration.ofHours(1))
                .open();
    }

    /** Nanoseconds for each member, and bytes of message memory for each. */
    private String group() {
        Group group = layer.group("group");
        List<Receiver> receivers = members(group, number);
        byte[] payload = new byte[200];
        group.send(payload);
        receivers.forEach(Receiver::tryReceive);
        long before = messageBytes();
        group.send(payload);
        double bytes = messageBytes() - before;
        receivers.forEach(Receiver::tryReceive);
        double nanos = Timing.median(() -> group.send(payload), () -> receivers.forEach(Receiver::tryReceive));
        return nanos / number + " " + bytes / number;
    }

    private List<Receiver> members(Group group, int members) {
        List<Receiver> receivers = new ArrayList<>();
        for (int i = 0; i < members; i++) {
            group.add("member." + i);
            receivers.add(layer.receiver("member." + i));
        }
        return receivers;
    }

    private long messageBytes() {
        return layer.statistics().messageMemory().usedBytes();
    }

    /** Nanoseconds to send and receive while so many messages lie in other channels. */
    private String stored() {
        byte[] payload = new byte[64];
        for (int i = 0; i < number; i++) {
            layer.send("stored." + i % 100, payload);
        }
        return Double.toString(sendAndReceive());
    }

    /** Nanoseconds to send and receive, and to send to a group of ten, while other groups have so many memberships. */
    private String memberships() {
        for (int i = 0; i < number; i++) {
            layer.group("group." + i % 1_000).add("other." + i);
        }
        double nanos = sendAndReceive();
        Group group = layer.group("group");
        List<Receiver> receivers = members(group, 10);
        byte[] payload = new byte[200];
        double groupNanos = Timing.median(() -> group.send(payload), () -> receivers.forEach(Receiver::tryReceive));
        return nanos + " " + groupNanos;
    }

    private double sendAndReceive() {
        Sender sender = layer.sender("channel");
        Receiver receiver = layer.receiver("channel");
        byte[] payload = new byte[64];
        Runnable work = () -> {
            for (int i = 0; i < TIMES; i++) {
                sender.send(payload);
                receiver.tryReceive();
            }
        };
        return Timing.median(work, NOTHING) / TIMES;
    }

    /** Nanoseconds to send and receive in turn at so many channels. */
    private String channels() {
        List<Sender> senders = new ArrayList<>();
        List<Receiver> receivers = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            senders.add(layer.sender("channel." + i));
            receivers.add(layer.receiver("channel." + i));
        }
        byte[] payload = new byte[64];
        Runnable work = () -> {
            for (int i = 0; i < number; i++) {
                senders.get(i).send(payload);
                receivers.get(i).tryReceive();
            }
        };
        return Double.toString(Timing.median(work, NOTHING) / number);
    }

    /** Nanoseconds for each of so many reply channels: a name, a message sent, received, and never again. */
    private String replies() throws InterruptedException {
        byte[] payload = new byte[64];
        long begin = System.nanoTime();
        for (int i = 0; i < number; i++) {
            String reply = layer.newChannel("reply?");
            layer.send(reply, payload);
            Message message = layer.receive(Duration.ofSeconds(1), reply);
            if (message == null) {
                throw new IllegalStateException("the answer is gone");
            }
        }
        return Double.toString((System.nanoTime() - begin) / (double) number);
    }

    /** The share of a core, in percent, that is used while so many virtual threads wait that have been busy before. */
    private String idle(Path folder) throws InterruptedException {
        List<Thread> waiting = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            Receiver receiver = layer.receiver("waiting." + i);
            waiting.add(Thread.startVirtualThread(() -> receiveUntilInterrupted(receiver)));
        }
        wakeInTurn(folder);
        TimeUnit.SECONDS.sleep(15); // until all wait, and what goes on meanwhile has been compiled
        double percent = CpuShare.ofProcessPercent(10_000);
        waiting.forEach(Thread::interrupt);
        for (Thread thread : waiting) {
            thread.join();
        }
        return Double.toString(percent);
    }

    /** Sends to one after the other for some seconds, as another participant, so that waking has been compiled too. */
    private void wakeInTurn(Path folder) throws InterruptedException {
        byte[] payload = new byte[64];
        try (SharedMemoryLayer other = open(folder, 400)) {
            for (int i = 0; i < 10_000; i++) {
                other.send("waiting." + i % number, payload);
                TimeUnit.MICROSECONDS.sleep(300);
            }
        }
    }

    private static void receiveUntilInterrupted(Receiver receiver) {
        try {
            while (true) {
                receiver.receive();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Bytes allocated for a message by {@code send} and {@code drain}, and by {@code sendAll} and {@code drain}. */
    private String allocation() {
        Sender sender = layer.sender("channel");
        Receiver receiver = layer.receiver("channel");
        MemorySegment segment = MemorySegment.ofArray(new byte[number]);
        List<byte[]> payloads = Collections.nCopies(BATCH, new byte[number]);
        double single = allocated(() -> {
            for (int i = 0; i < BATCH; i++) {
                sender.send(segment);
            }
            receiver.drain(IGNORE, BATCH);
        });
        double batched = allocated(() -> {
            sender.sendAll(payloads);
            receiver.drain(IGNORE, BATCH);
        });
        return single + " " + batched;
    }

    private static double allocated(Runnable work) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int times = 20_000;
        for (int i = 0; i < times; i++) {
            work.run();
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < times; i++) {
            work.run();
        }
        return (threads.getCurrentThreadAllocatedBytes() - before) / (double) times / BATCH;
    }

    /** Bytes of shared memory for a message besides its block, for an idle channel, and for a membership. */
    private String metadata() {
        int block = 256;
        long before = messageBytes();
        for (int i = 0; i < number; i++) {
            layer.sender("idle." + i).send(new byte[block]);
            layer.receiver("idle." + i).tryReceive();
        }
        double channel = (messageBytes() - before) / (double) number;
        before = messageBytes();
        for (int i = 0; i < number; i++) {
            layer.send("idle.0", new byte[block]);
        }
        double message = (messageBytes() - before) / (double) number - block;
        LayerStatistics statistics = layer.statistics();
        long groupBefore = statistics.groupMemory().usedBytes();
        for (int i = 0; i < number; i++) {
            layer.group("group").add("member." + i);
        }
        double membership = (layer.statistics().groupMemory().usedBytes() - groupBefore) / (double) number;
        return message + " " + channel + " " + membership;
    }
}

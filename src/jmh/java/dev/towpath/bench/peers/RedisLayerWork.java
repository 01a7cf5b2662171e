package dev.towpath.bench.peers;

import dev.towpath.ChannelLayer;
import dev.towpath.Group;
import dev.towpath.GroupSend;
import dev.towpath.Message;
import dev.towpath.Receiver;
import dev.towpath.Sender;
import dev.towpath.redis.RedisLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Does with a Redis layer what {@code channels_redis_peer.py} does with the one of channels_redis. */
final class RedisLayerWork {
    private static final Map<String, Object> MESSAGE = Map.of("text", "x".repeat(64));
    private static final int BATCH = 64;
    private static final int TURNS = 100;

    /** At how many channels a receiver reads. */
    private static final int RECEIVER = 100;

    private @Nullable ChannelLayer opened;

    /** Does what the second word says. */
    String obey(String[] words) throws InterruptedException {
        if (words[1].equals("open")) {
            opened = RedisLayer.builder(words[2])
                    .prefix(words[3])
                    .capacity(1_000_000)
                    .open();
            return "";
        }
        int number = Integer.parseInt(words[2]);
        double answer =
                switch (words[1]) {
                    case "messages" -> messages(number);
                    case "batches" -> batches(number);
                    case "group" -> group(number, true);
                    case "crowd" -> group(number, false);
                    case "wait" -> await(number);
                    case "processor" -> CpuShare.ofProcessPercent(number);
                    default -> throw new IllegalArgumentException("unknown command " + words[1]);
                };
        return Double.toString(answer);
    }

    private ChannelLayer layer() {
        if (opened == null) {
            throw new IllegalStateException("not open");
        }
        return opened;
    }

    private double messages(int millis) throws InterruptedException {
        Sender sender = layer().sender("channel");
        Receiver receiver = layer().receiver("channel");
        long count = 0;
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < TimeUnit.MILLISECONDS.toNanos(millis)) {
            sender.send(MESSAGE);
            check(receiver.receive());
            count++;
        }
        return perSecond(count, begin);
    }

    private static void check(Message message) {
        if (!MESSAGE.equals(message.map())) {
            throw new IllegalStateException("another message: " + message.map());
        }
    }

    private static double perSecond(long count, long begin) {
        return count * 1e9 / (System.nanoTime() - begin);
    }

    private double batches(int millis) {
        List<byte[]> payloads = Collections.nCopies(BATCH, new byte[64]);
        Sender sender = layer().sender("channel");
        Receiver receiver = layer().receiver("channel");
        long count = 0;
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < TimeUnit.MILLISECONDS.toNanos(millis)) {
            int expected = sender.sendAll(payloads);
            for (int drained = 0; drained < expected; ) {
                drained += receiver.drain((channel, payload) -> {}, expected - drained);
            }
            count += expected;
        }
        return perSecond(count, begin);
    }

    /** The median of the milliseconds that a send to a group takes, when its members read each message or none. */
    private double group(int members, boolean isRead) {
        Group group = layer().group("group");
        List<Receiver> receivers = new ArrayList<>();
        for (int i = 0; i < members; i += RECEIVER) {
            List<String> channels = IntStream.range(i, Math.min(i + RECEIVER, members))
                    .mapToObj(number -> "member" + number)
                    .toList();
            channels.forEach(group::add);
            receivers.add(layer().receiver(channels.toArray(String[]::new)));
        }
        drain(receivers);
        double[] millis = new double[TURNS];
        for (int i = 0; i < TURNS; i++) {
            long begin = System.nanoTime();
            GroupSend sent = group.send(MESSAGE);
            millis[i] = (System.nanoTime() - begin) / 1e6;
            if (sent.delivered() != members || (isRead && drain(receivers) != members)) {
                throw new IllegalStateException("not all members were reached: " + sent);
            }
        }
        Arrays.sort(millis);
        return millis[TURNS / 2];
    }

    private static int drain(List<Receiver> receivers) {
        return receivers.stream()
                .mapToInt(receiver -> receiver.drain((channel, payload) -> {}, Integer.MAX_VALUE))
                .sum();
    }

    private double await(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            Receiver receiver = layer().receiver("waiting" + i);
            Thread.startVirtualThread(() -> {
                try {
                    receiver.receive();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        TimeUnit.SECONDS.sleep(10); // until all wait
        return 0;
    }
}

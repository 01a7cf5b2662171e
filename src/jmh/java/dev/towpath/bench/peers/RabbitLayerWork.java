package dev.towpath.bench.peers;

import dev.towpath.ChannelLayer;
import dev.towpath.Group;
import dev.towpath.Message;
import dev.towpath.Names;
import dev.towpath.Receiver;
import dev.towpath.Sender;
import dev.towpath.rabbitmq.RabbitMqLayer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Does with a RabbitMQ layer what {@code rabbitmq_steps_peer.py} does with the steps of channels_rabbitmq. */
final class RabbitLayerWork {
    private static final Map<String, Object> MESSAGE = Map.of("text", "x".repeat(64));
    private static final int TOGETHER = 64;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private @Nullable ChannelLayer opened;

    /** Sends and receives once. */
    @FunctionalInterface
    private interface Step {
        void take() throws InterruptedException, ExecutionException;
    }

    /** Does what the second word says. */
    String obey(String[] words) throws InterruptedException, ExecutionException {
        if (words[1].equals("open")) {
            opened = RabbitMqLayer.builder(words[2]).groupsExchange(words[3]).open();
            return "";
        }
        ChannelLayer layer = opened;
        if (layer == null) {
            throw new IllegalStateException("not open");
        }
        String channel = layer.newProcessChannel("x");
        Receiver receiver = layer.receiver(Names.queueOf(channel));
        int millis = Integer.parseInt(words[2]);
        double answer =
                switch (words[1]) {
                    case "messages" -> messages(layer.sender(channel), receiver, millis);
                    case "together" -> together(layer.sender(channel), receiver, millis);
                    case "group" -> group(layer.group("group"), channel, receiver, millis);
                    default -> throw new IllegalArgumentException("unknown command " + words[1]);
                };
        return Double.toString(answer);
    }

    private static double messages(Sender sender, Receiver receiver, int millis)
            throws InterruptedException, ExecutionException {
        return repeat(millis, 1, () -> {
            sender.send(MESSAGE);
            check(receiver.receive());
        });
    }

    private double together(Sender sender, Receiver receiver, int millis)
            throws InterruptedException, ExecutionException {
        return repeat(millis, TOGETHER, () -> {
            List<? extends Future<?>> sending = IntStream.range(0, TOGETHER)
                    .mapToObj(i -> threads.submit(() -> sender.send(MESSAGE)))
                    .toList();
            for (Future<?> each : sending) {
                each.get();
            }
            for (int i = 0; i < TOGETHER; i++) {
                check(receiver.receive());
            }
        });
    }

    private static double group(Group group, String channel, Receiver receiver, int millis)
            throws InterruptedException, ExecutionException {
        group.add(channel);
        return repeat(millis, 1, () -> {
            group.send(MESSAGE);
            check(receiver.receive());
        });
    }

    private static void check(Message message) {
        if (!MESSAGE.equals(message.map())) {
            throw new IllegalStateException("another message: " + message.map());
        }
    }

    /** Says how many messages a second there are if each step is for so many. */
    private static double repeat(int millis, int messages, Step step) throws InterruptedException, ExecutionException {
        long count = 0;
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < TimeUnit.MILLISECONDS.toNanos(millis)) {
            step.take();
            count += messages;
        }
        return count * 1e9 / (System.nanoTime() - begin);
    }
}

package dev.towpath.brokers;

import dev.towpath.ChannelLayer;
import dev.towpath.Message;
import dev.towpath.Numbered;
import dev.towpath.Receiver;
import dev.towpath.rabbitmq.RabbitMqLayer;
import dev.towpath.redis.RedisLayer;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Receives numbers in a JVM of its own, in every way there is and in all at the same time, and says each as soon as it
 * has it: from {@link #CHANNELS} as fast as it can, and from {@link #FULL} so slowly that this is always full. It ends
 * when it is told to, or when whoever has started it ends.
 */
final class ReceivingProgram {
    /** Ends each number: what is said in part ends otherwise. */
    static final String END = ".";

    /** What is received fast. */
    static final List<String> CHANNELS = List.of("killed", "killed!");

    /** What is received slowly. */
    static final String FULL = "killed-slowly";

    /** How many messages one call takes at most that takes several. */
    private static final int MOST_AT_ONCE = 10;

    private static final long PATIENCE_MILLIS = 20;
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Receiver receiver;
    private final Receiver slow;
    private volatile boolean receiving = true;

    /** A way to receive. */
    private interface Way {
        /** Receives, and tells whether anything came. */
        boolean receive() throws Exception;
    }

    private ReceivingProgram(ChannelLayer layer) {
        this.receiver = layer.receiver(CHANNELS.toArray(String[]::new));
        this.slow = layer.receiver(FULL);
    }

    /** How many messages can be in the hands of the calls of one program. */
    static int mostInHands() {
        return 3 + MOST_AT_ONCE + 1;
    }

    /** Opens a layer on the server with this address. */
    private static ChannelLayer open(String uri) {
        return uri.startsWith("redis")
                ? RedisLayer.builder(uri).capacity(KilledReceivers.CAPACITY).open()
                : RabbitMqLayer.builder(uri).capacity(KilledReceivers.CAPACITY).open();
    }

    /** Takes the address of the server. */
    public static void main(String[] arguments) throws Exception {
        try (ChannelLayer layer = open(arguments[0])) {
            new ReceivingProgram(layer).run();
        }
    }

    private void run() throws Exception {
        List<Thread> threads =
                List.<Way>of(this::await, this::awaitFuture, this::look, this::drain, this::takeTime).stream()
                        .map(way -> Thread.ofVirtual().start(() -> repeat(way)))
                        .toList();
        System.in.read();
        receiving = false;
        for (Thread each : threads) {
            each.join();
        }
    }

    private void repeat(Way way) {
        try {
            while (receiving) {
                if (!way.receive()) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
            }
        } catch (Exception e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private boolean await() throws Exception {
        return say(receiver.receive(Duration.ofMillis(PATIENCE_MILLIS)));
    }

    private boolean awaitFuture() throws Exception {
        CompletableFuture<Message> future = receiver.receiveAsync();
        try {
            return say(future.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return say(future.cancel(false) ? null : future.get());
        }
    }

    private boolean look() {
        return say(receiver.tryReceive());
    }

    private boolean drain() {
        return receiver.drain((channel, payload) -> say(payload), MOST_AT_ONCE) > 0;
    }

    private boolean takeTime() throws Exception {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        LockSupport.parkNanos(random.nextLong(LONGEST_PAUSE_NANOS));
        return say(random.nextBoolean() ? slow.tryReceive() : slow.receive(Duration.ofMillis(PATIENCE_MILLIS)));
    }

    private static boolean say(@Nullable Message message) {
        if (message != null) {
            say(MemorySegment.ofArray(message.bytes()));
        }
        return message != null;
    }

    private static void say(MemorySegment payload) {
        System.out.println(Numbered.number(payload) + END);
        System.out.flush();
    }
}

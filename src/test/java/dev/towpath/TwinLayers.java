package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.towpath.LayerUnderTest.Difference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds layers of the kind that is tested, each with its twin, a layer of the model, and compares what they say.
 *
 * <p>Which of several channels a message is received from is for the layer to choose. The model follows: it must have
 * the same message first in that channel's queue.
 */
public final class TwinLayers implements AutoCloseable {
    private static final int MOST_LAYERS = 3;
    private static final int MOST_LOOKS = 500;

    /** How far the clock moves while something is waited for that a layer does now and then. */
    private static final Duration LITTLE_TIME = Duration.ofSeconds(1);

    /** A layer that is tested, and the model of it. */
    record Twin(ChannelLayer actual, ChannelLayer model) {}

    /** Opens layers, and moves their common clock. */
    public interface Opener {
        /** Opens one more layer of the kind that is tested. */
        ChannelLayer openActual();

        /** Opens one more layer of the model. */
        ChannelLayer openModel();

        /** Lets time pass for all of them. */
        void advance(Duration time);

        /** In what the kind that is tested differs from the model. */
        Set<Difference> differences();

        /** How the kind that is tested encodes a map. */
        MessageCodec codec();
    }

    private final Opener opener;
    private final List<Twin> twins = new ArrayList<>();

    TwinLayers(Opener opener) {
        this.opener = opener;
        open();
    }

    void open() {
        if (twins.size() < MOST_LAYERS) {
            twins.add(new Twin(opener.openActual(), opener.openModel()));
        }
    }

    void close(int layer) {
        if (twins.size() > 1) {
            Twin twin = twins.remove(Math.floorMod(layer, twins.size()));
            twin.actual().close();
            twin.model().close();
        }
    }

    Twin twin(int layer) {
        return twins.get(Math.floorMod(layer, twins.size()));
    }

    void advance(Duration time) {
        opener.advance(time);
    }

    /** Compares how many messages have expired, where that is counted. */
    void compareExpired() {
        if (!opener.differences().contains(Difference.UNSEEN_EXPIRY_NOT_COUNTED)) {
            bothAtLast(layer -> layer.statistics().expiredCount());
        }
    }

    /** Does the same with both, and expects the same result. */
    <T> T both(int layer, Function<ChannelLayer, T> action) {
        T actual = action.apply(twin(layer).actual());
        assertEquals(action.apply(twin(layer).model()), actual);
        return actual;
    }

    /** Does the same with both, and expects the same result, if not at once then soon. */
    <T> void bothAtLast(Function<ChannelLayer, T> action) {
        T expected = action.apply(twin(0).model());
        T actual = action.apply(twin(0).actual());
        for (int look = 1; !expected.equals(actual) && look < MOST_LOOKS; look++) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
            if (look % (MOST_LOOKS / 2) == 0) {
                advance(LITTLE_TIME);
                expected = action.apply(twin(0).model());
            }
            actual = action.apply(twin(0).actual());
        }
        assertEquals(expected, actual);
    }

    /** Receives from the actual layer, and lets the model follow. */
    void receive(int layer, List<String> channels, Function<Receiver, @Nullable Message> receiving) {
        Message message = receiving.apply(twin(layer).actual().receiver(channels));
        if (message == null) {
            assertModelIsEmpty(channels);
        } else {
            follow(channels, message.channel(), message.bytes());
        }
    }

    /** Takes the same message from the model. */
    void follow(List<String> channels, String channel, byte[] payload) {
        assertEquals(true, channels.contains(Names.queueOf(channel)), channel);
        Message expected = twin(0).model().tryReceive(Names.queueOf(channel));
        assertNotNull(expected, () -> "nothing should be in " + channel);
        assertEquals(expected.channel(), channel);
        if (!Arrays.equals(expected.bytes(), payload)) {
            assertEquals(expected.map(), opener.codec().decode(payload), "different bytes, and not the same map");
        }
    }

    void assertModelIsEmpty(List<String> channels) {
        assertNull(twin(0).model().tryReceive(channels.toArray(String[]::new)), "a message should have been received");
    }

    /** Compares all that is counted. The age is compared in seconds: a layer may round. */
    void compareStatistics() {
        bothAtLast(layer -> {
            LayerStatistics all = layer.statistics();
            return List.of(
                    all.messagesCount(),
                    all.messagesPending(),
                    all.messagesMaxAge().plusMillis(500).toSeconds(),
                    all.channelFullCount(),
                    all.groupFullCount(),
                    all.groups(),
                    all.memberships());
        });
        compareExpired();
    }

    /** Compares what waits in each channel, then receives it all, and compares the groups. */
    void compareAll(List<String> queues, List<String> groups) {
        compareStatistics();
        for (String group : groups) {
            bothAtLast(layer -> layer.group(group).channels());
        }
        Supplier<Long> pending = () -> twin(0).model().statistics().messagesPending();
        for (long left = pending.get(); left >= 0; left--) {
            receive(0, queues, Receiver::tryReceive);
        }
        assertEquals(0, pending.get());
        compareStatistics();
    }

    @Override
    public void close() {
        for (Twin twin : twins) {
            twin.actual().close();
            twin.model().close();
        }
    }
}

package dev.towpath.rabbitmq;

import dev.towpath.ChannelLayer;
import dev.towpath.ChannelLayerConformance;
import dev.towpath.LayerBuilder;
import dev.towpath.MessageCodec;
import dev.towpath.brokers.RabbitBroker;
import dev.towpath.waiting.Deadline;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;

/** Holds the layer to what all layers do, on a broker whose clock nobody can move. */
class RabbitMqLayerConformanceTest extends ChannelLayerConformance {
    /** How many times as fast times pass for the layers of tests that set them. */
    private static final int HASTE = 50;

    /** What is longer is longer than all that can be waited for, and lasts as long as ten seconds and some more. */
    private static final Duration LONG = Duration.ofMinutes(2);

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(12).dividedBy(HASTE);
    private static final Duration LEAST_WAIT = Duration.ofMillis(5);
    private static final int MOST_TRIES = 100;

    private final LeftBehind leftBehind = new LeftBehind();

    /** Notices whether a test sets an expiry. */
    private static final class Noticing extends LayerBuilder<Noticing> {
        private boolean setsExpiry;

        @Override
        public Noticing expiry(Duration expiry) {
            setsExpiry = true;
            return this;
        }

        @Override
        public ChannelLayer open() {
            throw new AssertionError("nobody opens this");
        }
    }

    @Override
    protected ChannelLayer create(Consumer<LayerBuilder<?>> options, List<Extra> extras) {
        Noticing noticing = new Noticing();
        options.accept(noticing);
        RabbitMqLayer.Builder builder =
                RabbitMqLayer.builder(RabbitBroker.shared().uri());
        options.accept(builder);
        return leftBehind.note(builder.haste(noticing.setsExpiry ? HASTE : 1).open());
    }

    @Override
    public Set<Difference> differences() {
        return EnumSet.of(
                Difference.REAL_TIME,
                Difference.MEMORY_AND_AGES_UNKNOWN,
                Difference.OWN_COUNTS,
                Difference.OWN_GROUP_MEMBERS,
                Difference.SETTINGS_OF_THE_QUEUE,
                Difference.OWNER_IN_NAMES,
                Difference.CLEARING_TAKES_TIME,
                Difference.MESSAGES_GO_BACK,
                Difference.UNSEEN_EXPIRY_NOT_COUNTED,
                Difference.NO_EVICTION);
    }

    @Override
    public MessageCodec codec() {
        return Parcel.FORMAT.codec();
    }

    @Override
    public void advance(Duration time) {
        Duration real = time.compareTo(LONG) > 0 ? LONGEST_WAIT : time.dividedBy(HASTE);
        Deadline end = Deadline.after(real.compareTo(LEAST_WAIT) < 0 ? LEAST_WAIT : real);
        while (!end.isOver()) {
            LockSupport.parkNanos(end.leftNanos());
        }
    }

    @Override
    public void inTime(Duration limit, Runnable test) {
        for (int tries = 1; ; tries++) {
            Deadline end = Deadline.after(limit.dividedBy(HASTE));
            try {
                test.run();
                return;
            } catch (AssertionError | NullPointerException e) {
                if (!end.isOver() || tries == MOST_TRIES) {
                    throw e;
                }
            }
        }
    }

    @AfterEach
    void removeWhatIsLeft() throws Exception {
        leftBehind.remove();
    }
}

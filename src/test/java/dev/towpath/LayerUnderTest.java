package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Opens layers of one kind for the conformance tests, and moves their time. */
public interface LayerUnderTest {
    /** What a layer can be asked for besides the options that all layers have. */
    enum Extra {
        /** Members whose messages expire unread are dropped from all their groups. */
        EVICT_ON_EXPIRY,
        /** The memories are small: a test is to fill them. */
        LITTLE_MEMORY
    }

    /** What a kind of layer documents to be otherwise than in memory. A test asserts that, and skips nothing. */
    enum Difference {
        /** A message expires by the expiry of the layer that looks at it, not of the one that sent it. */
        EXPIRY_OF_THE_READER,
        /** What expires because nobody looks at its channel any more is gone without being counted. */
        UNSEEN_EXPIRY_NOT_COUNTED,
        /** Members whose messages expire stay in their groups, whatever was asked for. */
        NO_EVICTION,
        /** Messages, groups and all else share the memory of a server, and the figures are those of the server. */
        ONE_MEMORY,
        /** Each of several servers has its own memory: when one is full, there is room for the channels of others. */
        MEMORY_OF_EACH_SERVER,
        /** A message to several members of one queue takes one place in it. */
        ONE_PLACE_FOR_ALL_MEMBERS_OF_A_QUEUE,
        /** Messages of one ordinary channel are spread over servers, and in order on each of them. */
        ORDER_FOR_EACH_SERVER,
        /** Time cannot be moved: it goes on while a test runs, so what is near its end may be gone. */
        REAL_TIME,
        /** How much memory there is, and for how long what is there has waited, is not known. */
        MEMORY_AND_AGES_UNKNOWN,
        /** Counts are those of the layer that is asked. */
        OWN_COUNTS,
        /** A layer knows the members it has added itself, and not how many of them a message reached. */
        OWN_GROUP_MEMBERS,
        /** Who uses a queue first decides its capacity and expiry for all. */
        SETTINGS_OF_THE_QUEUE,
        /** Names that a layer makes say whose they are: shorter patterns fit, and one receiver reads all prefixes. */
        OWNER_IN_NAMES,
        /** A map may not hold bytes. */
        NO_BYTES_IN_MAPS,
        /** What other layers know is cleared a little later. */
        CLEARING_TAKES_TIME,
        /** A message that came together with another goes back, and may be received after later ones. */
        MESSAGES_GO_BACK
    }

    /** In what this kind of layer differs. */
    default Set<Difference> differences() {
        return Set.of();
    }

    /** Whether this kind of layer differs in that. */
    default boolean differs(Difference difference) {
        return differences().contains(difference);
    }

    /** How this kind of layer encodes a map. */
    default MessageCodec codec() {
        return MessageCodec.smile();
    }

    /** Waits, after time has passed, for timers to drop what expired in a channel, where time cannot be moved. */
    default void awaitExpiry(ChannelLayer layer, String channel) {
        if (differs(Difference.REAL_TIME)) {
            Background.await(() -> layer.statistics(channel).messagesPending() == 0);
        }
    }

    /**
     * Asserts that a measurement of memory comes out right. Where all else on a server uses the same memory, some may
     * be taken or given back meanwhile: there it is measured again until nothing disturbs it.
     */
    default void assertMeasured(BooleanSupplier measurement) {
        if (differs(Difference.ONE_MEMORY)) {
            Background.await(measurement::getAsBoolean);
        } else {
            assertTrue(measurement.getAsBoolean());
        }
    }

    /** Does what must be over before some time has passed; again if it took longer, where time cannot be moved. */
    default void inTime(Duration limit, Runnable test) {
        test.run();
    }

    /** Opens a layer. All layers of one test share what they hold; the extras are the same for all of them. */
    ChannelLayer open(Consumer<LayerBuilder<?>> options, Extra... extras);

    /** Opens a layer with the options as they come. */
    default ChannelLayer open() {
        return open(options -> {});
    }

    /** Lets time pass for all layers of the test. */
    void advance(Duration time);
}

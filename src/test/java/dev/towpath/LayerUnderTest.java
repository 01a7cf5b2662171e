package dev.towpath;

import java.time.Duration;
import java.util.Set;
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
        /** A message to several members of one queue takes one place in it. */
        ONE_PLACE_FOR_ALL_MEMBERS_OF_A_QUEUE
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

    /** Opens a layer. All layers of one test share what they hold; the extras are the same for all of them. */
    ChannelLayer open(Consumer<LayerBuilder<?>> options, Extra... extras);

    /** Opens a layer with the options as they come. */
    default ChannelLayer open() {
        return open(options -> {});
    }

    /** Lets time pass for all layers of the test. */
    void advance(Duration time);
}

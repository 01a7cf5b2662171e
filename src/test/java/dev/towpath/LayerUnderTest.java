package dev.towpath;

import java.time.Duration;
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

    /** Opens a layer. All layers of one test share what they hold; the extras are the same for all of them. */
    ChannelLayer open(Consumer<LayerBuilder<?>> options, Extra... extras);

    /** Opens a layer with the options as they come. */
    default ChannelLayer open() {
        return open(options -> {});
    }

    /** Lets time pass for all layers of the test. */
    void advance(Duration time);
}

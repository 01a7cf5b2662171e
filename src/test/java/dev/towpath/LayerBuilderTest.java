package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.text.MessageFormat;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class LayerBuilderTest {
    private static final class TestBuilder extends LayerBuilder<TestBuilder> {
        @Override
        public ChannelLayer open() {
            throw new UnsupportedOperationException();
        }
    }

    private final TestBuilder builder = new TestBuilder();

    @Test
    void theDefaultsAreThoseOfTheDocumentation() {
        assertEquals(Duration.ofSeconds(60), builder.expiry());
        assertEquals(Duration.ofSeconds(86_400), builder.groupExpiry());
        assertEquals(100, builder.capacityRules().capacityOf("any"));
        assertEquals(1_048_576, builder.maxMessageSize());
        assertEquals(List.of(), builder.encryptionKeys());
    }

    @Test
    void everySetterSetsItsOptionAndReturnsTheBuilder() {
        assertSame(builder, builder.expiry(Duration.ofNanos(1)));
        assertSame(builder, builder.groupExpiry(Duration.ofSeconds(2)));
        assertSame(builder, builder.capacity(3));
        assertSame(builder, builder.capacity("g*", 4));
        assertSame(builder, builder.capacity(Pattern.compile("r"), 5));
        assertSame(builder, builder.maxMessageSize(6));
        assertSame(builder, builder.encryptionKeys(List.of("k".repeat(32))));
        assertEquals(Duration.ofNanos(1), builder.expiry());
        assertEquals(Duration.ofSeconds(2), builder.groupExpiry());
        assertEquals(3, builder.capacityRules().capacityOf("any"));
        assertEquals(4, builder.capacityRules().capacityOf("gr"));
        assertEquals(5, builder.capacityRules().capacityOf("rg"));
        assertEquals(6, builder.maxMessageSize());
        assertEquals(List.of("k".repeat(32)), builder.encryptionKeys());
    }

    @Test
    void rulesAreTriedInTheOrderGiven() {
        builder.capacity("a*", 1)
                .capacity("ab*", 2)
                .capacity(Pattern.compile("b"), 3)
                .capacity("bc", 4);
        assertEquals(1, builder.capacityRules().capacityOf("abc"));
        assertEquals(3, builder.capacityRules().capacityOf("bc"));
    }

    @Test
    void timesWithoutEndAreLimitedSoThatTheirNanosecondsFit() {
        builder.expiry(ChronoUnit.FOREVER.getDuration()).groupExpiry(Duration.ofDays(40_000));
        assertEquals(Duration.ofDays(36_500), builder.expiry());
        assertEquals(builder.expiry().toNanos(), builder.groupExpiry().toNanos());
    }

    @Test
    void badOptionsAreRefusedWithTheirValueAndRuleAndChangeNothing() {
        assertRefused("bad expiry PT0S: it must be more than zero", () -> builder.expiry(Duration.ZERO));
        assertRefused("bad expiry PT-1S: it must be more than zero", () -> builder.expiry(Duration.ofSeconds(-1)));
        assertRefused("bad groupExpiry PT0S: it must be more than zero", () -> builder.groupExpiry(Duration.ZERO));
        assertRefused("bad capacity 0: it must be at least 1", () -> builder.capacity(0));
        assertRefused("bad capacity -3: it must be at least 1", () -> builder.capacity("a", -3));
        assertRefused("bad capacity 0: it must be at least 1", () -> builder.capacity(Pattern.compile("a"), 0));
        assertRefused("bad glob \"\": it must not be empty", () -> builder.capacity("", 1));
        assertRefused("bad maxMessageSize 0: it must be at least 1 byte", () -> builder.maxMessageSize(0));
        assertRefused("bad encryption key 2: it must not be empty", () -> builder.encryptionKeys(List.of("a", "")));
        theDefaultsAreThoseOfTheDocumentation();
    }

    @Test
    void nullsAreRefusedWithTheNameOfTheParameter() {
        assertNullRefused("expiry", () -> builder.expiry(null));
        assertNullRefused("groupExpiry", () -> builder.groupExpiry(null));
        assertNullRefused("glob", () -> builder.capacity((String) null, 1));
        assertNullRefused("keys", () -> builder.encryptionKeys(null));
        assertNullRefused("key", () -> builder.encryptionKeys(Arrays.asList("a", null)));
        assertNullRefused("regex", () -> builder.capacity((Pattern) null, 1));
    }

    @Test
    void shortKeysAreTakenWithAWarningThatDoesNotShowThem() {
        List<String> warnings = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord logged) {
                warnings.add(MessageFormat.format(logged.getMessage(), logged.getParameters()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(LayerBuilder.class.getName());
        logger.addHandler(handler);
        try {
            builder.encryptionKeys(List.of("k".repeat(32), "pässword", "ü".repeat(16)));
        } finally {
            logger.removeHandler(handler);
        }
        assertEquals(List.of("encryption key 2 has only 9 bytes: use 32 random characters or more"), warnings);
        assertEquals(3, builder.encryptionKeys().size());
    }

    @Test
    void keysAreCopiedAndCanBeTakenAway() {
        List<String> keys = new ArrayList<>(List.of("k".repeat(32)));
        builder.encryptionKeys(keys);
        keys.clear();
        assertEquals(1, builder.encryptionKeys().size());
        builder.encryptionKeys(List.of());
        assertEquals(List.of(), builder.encryptionKeys());
    }

    private static void assertRefused(String message, Executable executable) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, executable).getMessage());
    }

    private static void assertNullRefused(String parameter, Executable executable) {
        assertEquals(
                parameter, assertThrows(NullPointerException.class, executable).getMessage());
    }
}

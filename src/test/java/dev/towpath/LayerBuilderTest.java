package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
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
    }

    @Test
    void everySetterSetsItsOptionAndReturnsTheBuilder() {
        assertSame(builder, builder.expiry(Duration.ofNanos(1)));
        assertSame(builder, builder.groupExpiry(Duration.ofSeconds(2)));
        assertSame(builder, builder.capacity(3));
        assertSame(builder, builder.capacity("g*", 4));
        assertSame(builder, builder.capacity(Pattern.compile("r"), 5));
        assertSame(builder, builder.maxMessageSize(6));
        assertEquals(Duration.ofNanos(1), builder.expiry());
        assertEquals(Duration.ofSeconds(2), builder.groupExpiry());
        assertEquals(3, builder.capacityRules().capacityOf("any"));
        assertEquals(4, builder.capacityRules().capacityOf("gr"));
        assertEquals(5, builder.capacityRules().capacityOf("rg"));
        assertEquals(6, builder.maxMessageSize());
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
        theDefaultsAreThoseOfTheDocumentation();
    }

    @Test
    void nullsAreRefusedWithTheNameOfTheParameter() {
        assertNullRefused("expiry", () -> builder.expiry(null));
        assertNullRefused("groupExpiry", () -> builder.groupExpiry(null));
        assertNullRefused("glob", () -> builder.capacity((String) null, 1));
        assertNullRefused("regex", () -> builder.capacity((Pattern) null, 1));
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

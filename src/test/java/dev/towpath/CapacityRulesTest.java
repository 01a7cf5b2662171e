package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapacityRulesTest {
    private final CapacityRules none = CapacityRules.of(100);

    @Test
    void withoutRulesAllChannelsHaveTheDefault() {
        assertEquals(100, none.capacityOf("any"));
        assertEquals(7, none.withDefault(7).capacityOf("any"));
    }

    @Test
    void theFirstRuleThatMatchesWins() {
        CapacityRules rules = none.with("http.request", 200)
                .with("http.*", 10)
                .with(Pattern.compile("http"), 5)
                .with("*", 1);
        assertEquals(200, rules.capacityOf("http.request"));
        assertEquals(10, rules.capacityOf("http.response!x"));
        assertEquals(5, rules.capacityOf("https"));
        assertEquals(1, rules.capacityOf("other"));
    }

    @Test
    void theDefaultMayBeSetAfterTheRules() {
        CapacityRules rules = none.with("a", 1).withDefault(2);
        assertEquals(1, rules.capacityOf("a"));
        assertEquals(2, rules.capacityOf("b"));
    }

    @Test
    void aRuleMoreLeavesTheRulesBeforeAsTheyWere() {
        CapacityRules one = none.with("a", 1);
        one.with("b", 2);
        assertEquals(100, one.capacityOf("b"));
    }

    @Test
    void rulesSeeTheFullName() {
        CapacityRules rules = none.with("http.response!*", 10).with(Pattern.compile("^websocket\\.send!.+"), 20);
        assertEquals(10, rules.capacityOf("http.response!x"));
        assertEquals(20, rules.capacityOf("websocket.send!x"));
        assertEquals(100, rules.capacityOf("websocket.send!"));
    }

    @Test
    void regularExpressionsMatchFromTheStartOnly() {
        CapacityRules rules = none.with(Pattern.compile("b+"), 1);
        assertEquals(1, rules.capacityOf("bbc"));
        assertEquals(100, rules.capacityOf("abb"));
    }

    @ParameterizedTest
    @CsvSource({
        "abc, abc, true",
        "abc, ABC, false",
        "abc, abcd, false",
        "bc, abc, false",
        "*, x, true",
        "a*, a, true",
        "a*c, abbc, true",
        "a*c, abcd, false",
        "a*b*c, axbxbxc, true",
        "**, x, true",
        "a?c, abc, true",
        "a?c, ac, false",
        "x[?]*, x?y, true",
        "x[?]*, xyz, false",
        "x[!a]y, x!y, true",
        "x[!!]y, x!y, false",
        "[a-c]x, bx, true",
        "[a-c]x, dx, false",
        "[!a-c]x, dx, true",
        "[!a-c]x, bx, false",
        "[a-c0-9_], 5, true",
        "[-a], -, true",
        "[a-], -, true",
        "[.--], -, false",
        "[--.], ., true",
        "[c-a], b, false",
        "[!c-a], b, true",
        "[c-ab], b, true",
        "[]a], a, true",
        "[!]a], b, true",
        "[!]a], a, false",
        "[a, a, false",
        "[], a, false",
        "[!], a, false",
        "[^a], a, true",
        "a.b, axb, false",
        "\\*, x, false",
        "[\\d], d, true",
        "é*, e, false"
    })
    void globsMatchAsInPython(String glob, String name, boolean expected) {
        assertEquals(expected ? 1 : 100, none.with(glob, 1).capacityOf(name));
    }

    @Test
    void globsOfManyStarsAreDecidedQuickly() {
        CapacityRules rules = none.with("a*".repeat(40) + "b", 1);
        assertEquals(100, rules.capacityOf("a".repeat(99)));
    }

    @Test
    void badArgumentsAreRefused() {
        assertRefused("bad capacity 0: it must be at least 1", () -> CapacityRules.of(0));
        assertRefused("bad capacity -1: it must be at least 1", () -> none.withDefault(-1));
        assertRefused("bad capacity 0: it must be at least 1", () -> none.with("a", 0));
        assertRefused("bad capacity 0: it must be at least 1", () -> none.with(Pattern.compile("a"), 0));
        assertRefused("bad glob \"\": it must not be empty", () -> none.with("", 1));
        assertEquals(
                "glob",
                assertThrows(NullPointerException.class, () -> none.with((String) null, 1))
                        .getMessage());
        assertEquals(
                "regex",
                assertThrows(NullPointerException.class, () -> none.with((Pattern) null, 1))
                        .getMessage());
    }

    private static void assertRefused(String message, Executable executable) {
        String actual = assertThrows(IllegalArgumentException.class, executable).getMessage();
        assertTrue(actual.contains(message), actual);
    }
}

package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    private static final String LONGEST = "n".repeat(Names.MAX_LENGTH);

    @ParameterizedTest
    @ValueSource(strings = {"a", "http.request", "A-z_0.9", "-", "x?y", "x!y", "x!", "a.b!c.d", "x?-"})
    void channelsAreSentToByTheirFullNames(String name) {
        assertSame(name, Names.requireChannel(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "http.request", "x?y", "x!"})
    void channelsAreReceivedFromUpToTheirMark(String name) {
        assertSame(name, Names.requireReceivable(name));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''        | must not be empty",
                "x?        | a name that ends in '?' is a pattern for newChannel, not a channel",
                "?x        | must not start with '?' or '!'",
                "!         | must not start with '?' or '!'",
                "x!y!z     | only one '?' or '!' is allowed; character 4 is U+0021",
                "x?y!z     | only one '?' or '!' is allowed; character 4 is U+0021",
                "x!?       | only one '?' or '!' is allowed; character 3 is U+003F",
                "a b       | character 2 is U+0020",
                "a/b       | character 2 is U+002F",
                "é         | character 1 is U+00E9",
                "x!é       | character 3 is U+00E9",
                "x\u0661   | character 2 is U+0661",
                "a[b       | character 2 is U+005B",
                "a@        | character 2 is U+0040",
                "a`        | character 2 is U+0060",
                "a\u007f   | character 2 is U+007F",
            })
    void namesThatAreNoChannelsAreRefusedWithTheRuleTheyBreak(String name, String rule) {
        assertRefused(Names::requireChannel, name, rule);
        assertRefused(Names::requireReceivable, name, rule);
    }

    @Test
    void aNewLineAtTheEndIsNotOverlooked() {
        assertRefused(Names::requireChannel, "a\n", "character 2 is U+000A");
        assertRefused(Names::requireChannel, "a!b\n", "character 4 is U+000A");
        assertRefused(Names::requireGroup, "a\n", "character 2 is U+000A");
        assertRefused(Names::requirePattern, "a?\n", "character 3 is U+000A");
    }

    @Test
    void refusalsQuoteWithoutControlCharactersAndWithoutEnd() {
        String message = assertThrows(IllegalArgumentException.class, () -> Names.requireChannel("a\n\u001b[31m"))
                .getMessage();
        assertTrue(message.contains("\"a\\u000a\\u001b[31m\""), message);
        String longMessage = assertThrows(
                        IllegalArgumentException.class, () -> Names.requireChannel("x".repeat(1_000_000)))
                .getMessage();
        assertTrue(longMessage.length() < 400, longMessage);
    }

    @Test
    void namesAreAtMost99CharactersLong() {
        assertSame(LONGEST, Names.requireChannel(LONGEST));
        assertSame(LONGEST, Names.requireReceivable(LONGEST));
        assertSame(LONGEST, Names.requireGroup(LONGEST));
        String tooLong = LONGEST + "n";
        String rule = "it has 100 characters, and 99 is the most";
        assertRefused(Names::requireChannel, tooLong, rule);
        assertRefused(Names::requireReceivable, tooLong, rule);
        assertRefused(Names::requireGroup, tooLong, rule);
    }

    @Test
    void receivingFromOneLocalPartIsRefusedWithTheNameToUse() {
        assertRefused(Names::requireReceivable, "spr!c", "receive from \"spr!\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a!", "a?", "a!b", "a?b", "a b", "ü"})
    void groupNamesHaveOnlyPlainCharacters(String name) {
        assertRefused(Names::requireGroup, name, name.isEmpty() ? "must not be empty" : "only ASCII letters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"t!", "t.foo", "t?foo", "t!foo"})
    void patternsEndInAQuestionMark(String pattern) {
        assertRefused(Names::requirePattern, pattern, "must end in '?'");
    }

    @Test
    void patternsAreNamesOtherwise() {
        assertSame("t.foo?", Names.requirePattern("t.foo?"));
        assertRefused(Names::requirePattern, "", "must not be empty");
        assertRefused(Names::requirePattern, "?", "must not start with");
        assertRefused(Names::requirePattern, "a??", "only one '?' or '!'");
        assertRefused(Names::requirePattern, "a b?", "character 2 is U+0020");
    }

    @Test
    void patternsLeaveRoomForTheRandomLetters() {
        String longest = "p".repeat(Names.MAX_PATTERN_LENGTH - 1) + "?";
        assertEquals(Names.MAX_LENGTH, Names.random(longest).length());
        assertRefused(Names::requirePattern, "p" + longest, "it has 88 characters, and 87 is the most");
    }

    @Test
    void aLongPatternGetsAsManyRandomLettersAsFit() {
        for (int length = 2; length <= 87; length++) {
            String pattern = "p".repeat(length - 1) + "?";
            int letters = Math.min(16, 99 - length);
            String name = Names.random(pattern);
            assertTrue(name.startsWith(pattern) && name.substring(length).matches("[A-Za-z]{" + letters + "}"), name);
        }
    }

    @Test
    void processLocalPrefixesLeaveRoomForTheRandomLetters() {
        String longest = "p".repeat(Names.MAX_PROCESS_PREFIX_LENGTH);
        String owner = Names.randomLetters();
        assertEquals(Names.MAX_LENGTH, Names.randomProcessLocal(longest, owner).length());
        assertRefused(prefix -> Names.randomProcessLocal(prefix, owner), longest + "p", "65 is the most");
        assertRefused(prefix -> Names.randomProcessLocal(prefix, owner), "a!", "character 2 is U+0021");
        assertRefused(prefix -> Names.randomProcessLocal(prefix, owner), "", "must not be empty");
    }

    @Test
    void oneReceiverReadsAllProcessLocalNamesOfOneOwner() {
        String owner = Names.randomLetters();
        String queue = "specific." + owner + "!";
        assertEquals(queue, Names.queueOf(Names.randomProcessLocal("specific", owner)));
        assertEquals(queue, Names.requireReceivable(queue));
    }

    @Test
    void messagesWaitUnderThePartUpToTheMark() {
        assertEquals("x!", Names.queueOf("x!y"));
        assertEquals("x!", Names.queueOf("x!"));
        assertEquals("x?y", Names.queueOf("x?y"));
        assertEquals("x", Names.queueOf("x"));
    }

    @Test
    void nullsAreRefusedWithTheNameOfTheParameter() {
        assertNullRefused("channel", Names::requireChannel);
        assertNullRefused("channel", Names::requireReceivable);
        assertNullRefused("name", Names::requireGroup);
        assertNullRefused("pattern", Names::requirePattern);
        assertNullRefused("pattern", Names::random);
        assertNullRefused("prefix", prefix -> Names.randomProcessLocal(prefix, "x"));
        assertNullRefused("owner", owner -> Names.randomProcessLocal("x", owner));
    }

    private static void assertRefused(Function<String, String> check, String name, String rule) {
        String message = assertThrows(IllegalArgumentException.class, () -> check.apply(name), name)
                .getMessage();
        assertTrue(message.contains(rule), message);
    }

    private static void assertNullRefused(String parameter, Function<String, String> check) {
        String message = assertThrows(NullPointerException.class, () -> check.apply(null))
                .getMessage();
        assertEquals(parameter, message);
    }
}

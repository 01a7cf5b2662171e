package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.function.Function;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Compares the checks of names with the rules written as regular expressions. */
class NamesProperties {
    private static final Pattern CHANNEL =
            Pattern.compile("(?=.{1,99}\\z)[A-Za-z0-9._-]+(\\?[A-Za-z0-9._-]+|![A-Za-z0-9._-]*)?");
    private static final Pattern RECEIVABLE = Pattern.compile("(?=.{1,99}\\z)[A-Za-z0-9._-]+(\\?[A-Za-z0-9._-]+|!)?");
    private static final Pattern GROUP = Pattern.compile("[A-Za-z0-9._-]{1,99}");
    private static final Pattern PATTERN = Pattern.compile("[A-Za-z0-9._-]{1,86}\\?");

    @Property
    void channelsAreThoseOfTheRule(@ForAll("anything") String name) {
        assertAgrees(CHANNEL, Names::requireChannel, name);
    }

    @Property
    void receivableNamesAreThoseOfTheRule(@ForAll("anything") String name) {
        assertAgrees(RECEIVABLE, Names::requireReceivable, name);
    }

    @Property
    void groupsAreThoseOfTheRule(@ForAll("anything") String name) {
        assertAgrees(GROUP, Names::requireGroup, name);
    }

    @Property
    void patternsAreThoseOfTheRule(@ForAll("anything") String name) {
        assertAgrees(PATTERN, Names::requirePattern, name);
    }

    @Property
    void everyChannelIsReceivedFromUnderItsQueue(@ForAll("channels") String channel) {
        String queue = Names.queueOf(channel);
        assertSame(queue, Names.requireReceivable(queue));
        assertEquals(queue, Names.queueOf(queue));
        assertEquals(channel.contains("!") ? channel.replaceFirst("!.*", "!") : channel, queue);
    }

    @Property
    void randomNamesAreThePatternAndLetters(@ForAll("patterns") String pattern) {
        String name = Names.requireReceivable(Names.random(pattern));
        assertEquals(pattern, name.substring(0, pattern.length()));
        assertEquals("", name.substring(pattern.length()).replaceFirst("[A-Za-z]{12,16}", ""));
    }

    @Property
    void randomProcessLocalNamesAreChannels(@ForAll("processPrefixes") String prefix) {
        String name = Names.requireChannel(Names.randomProcessLocal(prefix, "owner"));
        assertEquals(prefix + ".owner!", Names.queueOf(name));
    }

    private static void assertAgrees(Pattern rule, Function<String, String> check, String name) {
        if (rule.matcher(name).matches()) {
            assertSame(name, check.apply(name));
        } else {
            assertThrows(IllegalArgumentException.class, () -> check.apply(name));
        }
    }

    /** Makes names, names that are nearly right, and text that is not like a name at all. */
    @Provide
    Arbitrary<String> anything() {
        Arbitrary<String> nearly = TestNames.plain().withChars("?!").ofMaxLength(12);
        Arbitrary<String> nearlyTooLong =
                TestNames.plain().withChars("?!").ofMinLength(80).ofMaxLength(102);
        Arbitrary<String> spoilt = Arbitraries.chars().all().flatMap(c -> channels()
                .flatMap(name -> Arbitraries.integers()
                        .between(0, name.length())
                        .map(i -> name.substring(0, i) + c + name.substring(i))));
        return Arbitraries.oneOf(
                channels(), patterns(), TestNames.groups(), nearly, nearlyTooLong, spoilt, Arbitraries.strings());
    }

    @Provide
    Arbitrary<String> channels() {
        return TestNames.channels();
    }

    @Provide
    Arbitrary<String> patterns() {
        return TestNames.patterns();
    }

    @Provide
    Arbitrary<String> processPrefixes() {
        return TestNames.processPrefixes();
    }
}

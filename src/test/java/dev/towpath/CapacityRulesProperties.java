package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** Compares the rules with a translation of globs into regular expressions, and with the plainest way to apply them. */
class CapacityRulesProperties {
    record Rule(String text, boolean glob, int capacity) {}

    @Property(tries = 3000)
    void globsMatchAsTheirTranslations(@ForAll("globs") String glob, @ForAll("names") String name) {
        boolean expected = Pattern.compile(translated(glob)).matcher(name).matches();
        assertEquals(expected ? 1 : 2, CapacityRules.of(2).with(glob, 1).capacityOf(name), () -> translated(glob));
    }

    @Property
    void theFirstRuleThatMatchesWins(@ForAll("rules") @Size(max = 6) List<Rule> rules, @ForAll("names") String name) {
        CapacityRules capacities = CapacityRules.of(1000);
        for (Rule rule : rules) {
            capacities = rule.glob()
                    ? capacities.with(rule.text(), rule.capacity())
                    : capacities.with(Pattern.compile(rule.text()), rule.capacity());
        }
        int expected = rules.stream()
                .filter(rule -> Pattern.compile(rule.glob() ? translated(rule.text()) : rule.text() + ".*")
                        .matcher(name)
                        .matches())
                .mapToInt(Rule::capacity)
                .findFirst()
                .orElse(1000);
        assertEquals(expected, capacities.capacityOf(name));
    }

    /**
     * Translates a glob as the documentation of Python's fnmatch describes it, into alternatives of single characters.
     */
    private static String translated(String glob) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            int end = c == '[' ? glob.indexOf(']', i + (glob.startsWith("[!", i) ? 3 : 2)) : -1;
            if (end > 0) {
                regex.append(translatedSet(glob.substring(i + 1, end)));
                i = end;
            } else {
                regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
            }
        }
        return regex.toString();
    }

    private static String translatedSet(String set) {
        StringBuilder alternatives = new StringBuilder();
        String members = set.startsWith("!") ? set.substring(1) : set;
        while (!members.isEmpty()) {
            boolean range = members.length() > 2 && members.charAt(1) == '-';
            for (int c = members.charAt(0); c <= members.charAt(range ? 2 : 0); c++) {
                alternatives.append('|').append(Pattern.quote(Character.toString(c)));
            }
            members = members.substring(range ? 3 : 1);
        }
        String any = alternatives.isEmpty() ? "(?!)" : "(?:" + alternatives.substring(1) + ")";
        return set.startsWith("!") ? "(?!" + any + ")." : any;
    }

    @Provide
    Arbitrary<String> globs() {
        return Arbitraries.strings().withChars("aabbc.!-]?*[^\\").ofMinLength(1).ofMaxLength(10);
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings().withChars("aabbc.!-?").ofMinLength(1).ofMaxLength(8);
    }

    @Provide
    Arbitrary<List<Rule>> rules() {
        Arbitrary<Rule> globRules = Combinators.combine(
                        globs(), Arbitraries.integers().between(1, 999))
                .as((text, capacity) -> new Rule(text, true, capacity));
        Arbitrary<Rule> regexRules = Combinators.combine(
                        Arbitraries.of("a", "a+b", "[ab]c?", "(a|b)+\\.", ".*c", "\\w+!"),
                        Arbitraries.integers().between(1, 999))
                .as((text, capacity) -> new Rule(text, false, capacity));
        return Arbitraries.oneOf(globRules, regexRules).list();
    }
}

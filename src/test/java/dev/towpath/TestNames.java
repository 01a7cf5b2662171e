package dev.towpath;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.arbitraries.StringArbitrary;

/** Makes random names, of every length there can be. */
public final class TestNames {
    private TestNames() {}

    /** Makes text of the characters that are allowed anywhere in a name. */
    public static StringArbitrary plain() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .withCharRange('A', 'Z')
                .withCharRange('0', '9')
                .withChars("._-");
    }

    /** Makes the full names of channels of all three kinds. */
    public static Arbitrary<String> channels() {
        Arbitrary<String> ordinary = plain().ofMinLength(1).ofMaxLength(Names.MAX_LENGTH);
        return Arbitraries.oneOf(ordinary, joined("?", 1), joined("!", 0));
    }

    private static Arbitrary<String> joined(String separator, int minLocalLength) {
        int most = Names.MAX_LENGTH - 1;
        return Arbitraries.integers().between(1, most - minLocalLength).flatMap(length -> {
            Arbitrary<String> before = plain().ofLength(length);
            StringArbitrary after = plain().ofMinLength(minLocalLength).ofMaxLength(most - length);
            return before.flatMap(left -> after.map(right -> left + separator + right));
        });
    }

    /** Makes the names of groups. */
    public static Arbitrary<String> groups() {
        return plain().ofMinLength(1).ofMaxLength(Names.MAX_LENGTH);
    }

    /** Makes patterns for the names of single-reader channels. */
    public static Arbitrary<String> patterns() {
        return plain().ofMinLength(1).ofMaxLength(Names.MAX_PATTERN_LENGTH - 1).map(name -> name + "?");
    }

    /** Makes prefixes for the names of process-local channels. */
    public static Arbitrary<String> processPrefixes() {
        return plain().ofMinLength(1).ofMaxLength(Names.MAX_PROCESS_PREFIX_LENGTH);
    }
}

package dev.towpath.shm;

import java.util.Objects;

/** Checks prefixes. */
final class Prefixes {

    private static final int MAX_LENGTH = 64;

    private Prefixes() {}

    /** Returns a prefix that may name files; rejects any other. */
    static String require(String prefix) {
        Objects.requireNonNull(prefix, "prefix");
        if (prefix.isEmpty() || prefix.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("bad prefix \"" + prefix + "\": it has " + prefix.length()
                    + " characters, and 1 to " + MAX_LENGTH + " are allowed");
        }
        for (int i = 0; i < prefix.length(); i++) {
            char c = prefix.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && c != '.' && c != '_' && c != '-') {
                throw new IllegalArgumentException("bad prefix \"" + prefix
                        + "\": only ASCII letters, digits, '.', '_' and '-' are allowed, not character " + (i + 1));
            }
        }
        return prefix;
    }
}

package dev.towpath;

import java.util.ArrayList;
import java.util.List;

/**
 * Matches whole names against a glob as Python's {@code fnmatch} does: {@code *} stands for any characters, {@code ?}
 * for one, {@code [seq]} for one of a set, {@code [!seq]} for one outside it. A set may hold ranges such as
 * {@code a-z}; a {@code ]} that comes first in it, and a {@code -} that comes first or last, stand for themselves. A
 * {@code [} without its {@code ]} stands for itself, and so does a backslash, always.
 *
 * <p>Names are ASCII, so every part of a glob but a star is a set of the 128 characters there can be. Matching goes
 * back to the latest star only, which is enough: an earlier star could not match better. So it takes at most the
 * product of the two lengths, whatever the glob.
 */
final class Glob {
    private final String source;
    private final List<Part> parts;

    /** One part of a glob: a star, or one character out of a set. */
    private record Part(boolean star, long below64, long from64) {
        static final Part STAR = new Part(true, 0, 0);
        static final Part ANY = new Part(false, -1, -1);

        boolean accepts(char c) {
            return c < 128 && ((c < 64 ? below64 : from64) >>> c & 1) != 0; // a shift counts modulo 64
        }
    }

    private Glob(String source, List<Part> parts) {
        this.source = source;
        this.parts = parts;
    }

    static Glob of(String source) {
        List<Part> parts = new ArrayList<>();
        int i = 0;
        while (i < source.length()) {
            char c = source.charAt(i++);
            int end = c == '[' ? endOfSet(source, i) : -1;
            if (end >= 0) {
                parts.add(set(source.substring(i, end)));
                i = end + 1;
            } else if (c != '*') {
                parts.add(c == '?' ? Part.ANY : range(c, c));
            } else if (parts.isEmpty() || !parts.getLast().star()) {
                parts.add(Part.STAR);
            }
        }
        return new Glob(source, List.copyOf(parts));
    }

    /** Finds the {@code ]} of a set whose first character is at {@code start}, or gives -1. */
    private static int endOfSet(String source, int start) {
        int first = source.startsWith("!", start) ? start + 1 : start;
        return source.indexOf(']', first + 1);
    }

    private static Part set(String inside) {
        boolean negated = inside.startsWith("!");
        String members = negated ? inside.substring(1) : inside;
        long below64 = 0;
        long from64 = 0;
        int i = 0;
        while (i < members.length()) {
            char first = members.charAt(i);
            boolean isRange = i + 2 < members.length() && members.charAt(i + 1) == '-';
            Part range = range(first, isRange ? members.charAt(i + 2) : first);
            below64 |= range.below64();
            from64 |= range.from64();
            i += isRange ? 3 : 1;
        }
        return negated ? new Part(false, ~below64, ~from64) : new Part(false, below64, from64);
    }

    /** Gives the ASCII characters from one to another; none when they are in the wrong order. */
    private static Part range(char first, char last) {
        long below64 = 0;
        long from64 = 0;
        for (int c = first; c <= Math.min(last, 127); c++) {
            if (c < 64) {
                below64 |= 1L << c;
            } else {
                from64 |= 1L << c;
            }
        }
        return new Part(false, below64, from64);
    }

    boolean matches(String name) {
        int part = 0;
        int star = -1;
        int afterStar = 0; // where in the name the latest star's match ends, so far
        int i = 0;
        while (i < name.length()) {
            if (part < parts.size() && parts.get(part).star()) {
                star = part++;
                afterStar = i;
            } else if (part < parts.size() && parts.get(part).accepts(name.charAt(i))) {
                part++;
                i++;
            } else if (star >= 0) {
                part = star + 1;
                i = ++afterStar;
            } else {
                return false;
            }
        }
        return part == parts.size()
                || (part == parts.size() - 1 && parts.get(part).star());
    }

    @Override
    public String toString() {
        return source;
    }
}

package dev.towpath.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Objects;

/**
 * Says under which keys a layer keeps what on a server: the prefix, without anything between, and then
 *
 * <ul>
 *   <li>the part of a channel's name up to and including the {@code !}, or all of it: the messages, a sorted set
 *   <li>{@code :group:} and a group's name: its members, a sorted set
 *   <li>{@code :stats}: what is counted for the layer, a hash
 *   <li>{@code :stats:sent:} and {@code :stats:full:}, and the number of an hour: what is counted for queues in that
 *       hour and before, a hash by their keys, but of those with {@code ?} only the part up to and including that
 * </ul>
 *
 * <p>Names of channels and groups have no colon.
 */
final class Keys {
    private final String prefix;

    Keys(String prefix) {
        this.prefix = prefix;
    }

    /** Gives back a prefix that means the same in a pattern. */
    static String requirePrefix(String prefix) {
        Objects.requireNonNull(prefix, "prefix");
        for (int i = 0; i < prefix.length(); i++) {
            char c = prefix.charAt(i);
            if (c <= ' ' || c >= 127 || "*?[]\\".indexOf(c) >= 0) {
                throw new IllegalArgumentException("bad prefix \"" + prefix
                        + "\": it must consist of visible ASCII characters other than '*', '?', '[', ']' and '\\'");
            }
        }
        if (prefix.isEmpty()) {
            throw new IllegalArgumentException("bad prefix \"\": it must not be empty");
        }
        return prefix;
    }

    byte[] queue(String queue) {
        return bytes(prefix + queue);
    }

    /** The name of the queue that has a key. */
    String queueOf(byte[] key) {
        return new String(key, UTF_8).substring(prefix.length());
    }

    byte[] group(String group) {
        return bytes(groupStart() + group);
    }

    /** What the keys of all groups start with. */
    String groupStart() {
        return prefix + ":group:";
    }

    byte[] statistics() {
        return bytes(statisticsStart());
    }

    /** What the keys of all that is counted start with. */
    String statisticsStart() {
        return prefix + ":stats";
    }

    /** A pattern that all keys match; those of a longer prefix do so too. */
    String pattern() {
        return prefix + "*";
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}

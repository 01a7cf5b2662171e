package dev.towpath.rabbitmq;

import dev.towpath.Names;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the queue of a channel from its name, and makes up the names whose queue is the inbox of one layer. Immutable.
 *
 * <table>
 * <caption>Names and queues; Q is the prefix of queues</caption>
 * <tr><th>name</th><th>queue</th></tr>
 * <tr><td>{@code channels_XXXXXXXXXXXX!y}</td><td>inbox {@code channels_XXXXXXXXXXXX}</td></tr>
 * <tr><td>{@code x?XXXXXXXXXXXX.RRRRRRRRRRRRRRRR}</td><td>inbox {@code channels_XXXXXXXXXXXX}</td></tr>
 * <tr><td>{@code x!y}</td><td>shared {@code x}: where Python sends what is for {@code x!y}</td></tr>
 * <tr><td>any other</td><td>shared {@code Q:name}; no name has a colon, so it is nobody else's</td></tr>
 * </table>
 */
final class Addresses {
    private static final String INBOX_PREFIX = "channels_";
    private static final int OWNER_LENGTH = 12;
    private static final Pattern INBOX_NAME = Pattern.compile(INBOX_PREFIX + "([A-Za-z]{12})!.*");
    private static final Pattern REPLY_NAME = Pattern.compile("[^?]+\\?([A-Za-z]{12})\\.[A-Za-z]{12,16}");

    /** The most characters that a pattern may have: owner and dot must fit behind it too. */
    static final int MAX_PATTERN_LENGTH = Names.MAX_PATTERN_LENGTH - OWNER_LENGTH - 1;

    private final String queuePrefix;
    private final String owner;

    Addresses(String queuePrefix) {
        this.queuePrefix = queuePrefix;
        this.owner = Names.randomLetters().substring(0, OWNER_LENGTH);
    }

    /** The queue that is this layer's alone. */
    String inbox() {
        return INBOX_PREFIX + owner;
    }

    /** The exchange through which layers tell each other what concerns them all. */
    String controlExchange() {
        return queuePrefix + ":control";
    }

    /** Finds the queue of a valid name. */
    Address of(String channel) {
        for (Pattern pattern : new Pattern[] {INBOX_NAME, REPLY_NAME}) {
            Matcher matcher = pattern.matcher(channel);
            if (matcher.matches()) {
                boolean own = matcher.group(1).equals(owner);
                Address.Kind kind = own ? Address.Kind.OWN_INBOX : Address.Kind.FOREIGN_INBOX;
                return new Address(channel, INBOX_PREFIX + matcher.group(1), kind);
            }
        }
        int mark = channel.indexOf('!');
        String queue = mark < 0 ? queuePrefix + ':' + channel : channel.substring(0, mark);
        return new Address(channel, queue, Address.Kind.SHARED);
    }

    /** Finds the queue of a name that is to be received from. */
    Address ofReceivable(String channel) {
        Address address = of(Names.requireReceivable(channel));
        if (address.kind() == Address.Kind.FOREIGN_INBOX) {
            throw new UnsupportedOperationException("cannot receive from " + channel + ": its messages go to the queue "
                    + address.queue() + ", which only the layer that made the name reads");
        }
        return address;
    }

    /** Makes up a single-reader name whose messages come to the own inbox. */
    String newChannel(String pattern) {
        if (Names.requirePattern(pattern).length() > MAX_PATTERN_LENGTH) {
            throw new IllegalArgumentException("bad pattern \"" + pattern + "\": it has " + pattern.length()
                    + " characters, and on RabbitMQ " + MAX_PATTERN_LENGTH
                    + " is the most, because the name also says whose inbox it is read from");
        }
        String letters = Names.randomLetters();
        int room = Names.MAX_LENGTH - pattern.length() - OWNER_LENGTH - 1;
        return pattern + owner + '.' + letters.substring(0, Math.min(room, letters.length()));
    }

    /** Makes up a process-local name that Python's layer can send to: the prefix stands behind the mark. */
    String newProcessChannel(String prefix) {
        String local = Names.randomProcessLocal(prefix, owner).replace("." + owner + "!", ".");
        return Names.requireChannel(inbox() + '!' + local);
    }
}

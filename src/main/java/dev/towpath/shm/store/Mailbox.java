package dev.towpath.shm.store;

import dev.towpath.shm.structure.Channel;
import dev.towpath.shm.structure.Name;
import org.jspecify.annotations.Nullable;

/**
 * An address for messages: the queue, what each message says of the full name, and the capacity; with the channel as it
 * was last found.
 *
 * <p>Thread-safe: the channel is only a hint, and an operation that finds it gone looks it up again.
 */
public final class Mailbox {

    private static final byte[] NO_PREFIX = new byte[0];

    private final Name queue;
    private final boolean prefixed;
    private final byte[] prefix;
    private final int capacity;
    private volatile @Nullable Channel channel;

    private Mailbox(Name queue, boolean prefixed, byte[] prefix, int capacity) {
        this.queue = queue;
        this.prefixed = prefixed;
        this.prefix = prefix;
        this.capacity = capacity;
    }

    /**
     * Addresses a channel.
     *
     * @param fullName the full name in ASCII; if it has a '!', the queue is the part up to and including that, and each
     *     message carries the full name
     * @param capacity how many messages may wait in the queue
     * @return the address
     */
    public static Mailbox of(byte[] fullName, int capacity) {
        int mark = 0;
        while (mark < fullName.length && fullName[mark] != '!') {
            mark++;
        }
        if (mark == fullName.length) {
            return new Mailbox(Name.of(fullName), false, NO_PREFIX, capacity);
        }
        byte[] queue = new byte[mark + 1];
        System.arraycopy(fullName, 0, queue, 0, queue.length);
        byte[] prefix = new byte[1 + fullName.length];
        prefix[0] = (byte) fullName.length;
        System.arraycopy(fullName, 0, prefix, 1, fullName.length);
        return new Mailbox(Name.of(queue), true, prefix, capacity);
    }

    Name queue() {
        return queue;
    }

    /**
     * Tells what the content of a message is.
     *
     * @return whether it begins with a byte that counts the characters of the full name, and these
     */
    public boolean isPrefixed() {
        return prefixed;
    }

    byte[] prefix() {
        return prefix;
    }

    /**
     * Tells how much of a message's content is not its payload.
     *
     * @return bytes of the full name and its length, or 0 if the content has none
     */
    public int prefixBytes() {
        return prefix.length;
    }

    /**
     * Gives the capacity.
     *
     * @return how many messages may wait in the queue
     */
    public int capacity() {
        return capacity;
    }

    @Nullable
    Channel channel() {
        return channel;
    }

    void found(@Nullable Channel channel) {
        this.channel = channel;
    }
}

package dev.towpath.shm.store;

import dev.towpath.shm.structure.Channel;
import dev.towpath.shm.structure.Name;
import dev.towpath.shm.structure.Reference;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A participant of a {@link Ground}, which has all operations of a layer, but no thread of its own.
 *
 * <p>A message is known by its number. The rest of it follows from number and length, and who receives it checks every
 * byte.
 */
final class Tenant {

    static final int CAPACITY = 10_000;
    static final int NOTHING = -1;

    private static final int HEAD_BYTES = 2 * Integer.BYTES;

    private final int slot;
    private final Structures structures;
    private final Participants register;
    private final Operations operations;

    Tenant(int slot, Structures structures, Participants register, Operations operations) {
        this.slot = slot;
        this.structures = structures;
        this.register = register;
        this.operations = operations;
    }

    static Name name(String name) {
        return Name.of(name.getBytes(StandardCharsets.US_ASCII));
    }

    static Mailbox mailbox(String channel, int capacity) {
        return Mailbox.of(channel.getBytes(StandardCharsets.US_ASCII), capacity);
    }

    boolean isJoined(int other) {
        return register.isJoined(other);
    }

    private static byte[] payload(int number, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) (31 * number + length));
        ByteBuffer.wrap(bytes).putInt(number).putInt(length);
        return bytes;
    }

    /** The number of a message, which must be whole. */
    private static int number(byte[] payload) {
        if (payload.length < HEAD_BYTES) {
            throw new AssertionError("received " + payload.length + " bytes");
        }
        ByteBuffer head = ByteBuffer.wrap(payload);
        int number = head.getInt();
        int length = head.getInt();
        if (length != payload.length || !Arrays.equals(payload, payload(number, length))) {
            throw new AssertionError("received a torn message " + number + " of " + payload.length + " bytes");
        }
        return number;
    }

    Operations operations() {
        return operations;
    }

    Structures structures() {
        return structures;
    }

    void join() {
        register.join(slot, 1, operations.clock().nowMillis());
    }

    void leave() {
        register.leave(slot);
    }

    /** Recovers a dead one, or itself when it leaves, as who holds the lock of that slot does. */
    void recover(int deadSlot) {
        operations.sweeps().recover(Participants.owner(deadSlot));
        register.leave(deadSlot);
    }

    /** Whether it was sent. */
    boolean send(String channel, int number, int length) {
        return send(channel, number, length, CAPACITY);
    }

    boolean send(String channel, int number, int length, int capacity) {
        Mailbox mailbox = mailbox(channel, capacity);
        boolean sent = operations.messages().send(mailbox, payload(number, length)) == MessageStore.Outcome.SENT;
        if (!sent) {
            operations.messages().countRefused(mailbox);
        }
        return sent;
    }

    /** Sends messages with numbers from 1 on; how many. */
    int sendAll(String channel, int count, int capacity) {
        List<byte[]> payloads =
                IntStream.rangeClosed(1, count).mapToObj(i -> payload(i, 100)).toList();
        return operations.messages().sendAll(mailbox(channel, capacity), payloads);
    }

    GroupStore.Result sendToGroup(String group, int number, int length) {
        return operations.groups().send(name(group), MemorySegment.ofArray(payload(number, length)));
    }

    /** The number of the next message, or NOTHING. */
    int receive(String channel) {
        return receive(mailbox(channel, CAPACITY));
    }

    private int receive(Mailbox mailbox) {
        byte[] content = operations.messages().take(mailbox);
        return content == null ? NOTHING : number(withoutName(content, mailbox));
    }

    private static byte[] withoutName(byte[] content, Mailbox mailbox) {
        return mailbox.isPrefixed() ? Arrays.copyOfRange(content, 1 + content[0], content.length) : content;
    }

    /** Waits for a message in one of several channels, but not long; its number, or NOTHING. */
    int await(String... channels) {
        List<Mailbox> mailboxes =
                Stream.of(channels).map(channel -> mailbox(channel, CAPACITY)).toList();
        int[] received = {NOTHING};
        try {
            operations.waits().forMessage(mailboxes, () -> takeAny(mailboxes, received), System.nanoTime());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return received[0];
    }

    private boolean takeAny(List<Mailbox> mailboxes, int[] received) {
        for (int i = 0; i < mailboxes.size() && received[0] == NOTHING; i++) {
            received[0] = receive(mailboxes.get(i));
        }
        return received[0] != NOTHING;
    }

    /** Waits for room, but not long; whether it was sent. */
    boolean awaitRoom(String channel, int number, int capacity) {
        Mailbox mailbox = mailbox(channel, capacity);
        try {
            return operations.waits().forRoom(mailbox, () -> send(channel, number, 100, capacity), System.nanoTime());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Takes messages in one step. */
    List<Integer> drain(String channel, int limit) {
        Mailbox mailbox = mailbox(channel, CAPACITY);
        Batch batch = operations.newBatch();
        List<Integer> numbers = new ArrayList<>();
        if (operations.messages().take(mailbox, batch, limit)) {
            for (MemorySegment content = batch.poll(); content != null; content = batch.poll()) {
                numbers.add(number(withoutName(content.toArray(ValueLayout.JAVA_BYTE), mailbox)));
            }
        }
        return numbers;
    }

    boolean add(String group, String member) {
        return operations.groups().add(name(group), name(member));
    }

    void discard(String group, String member) {
        operations.groups().discard(name(group), name(member));
    }

    List<String> members(String group) {
        return operations.groups().members(name(group)).stream()
                .map(Name::toString)
                .toList();
    }

    /** Says in the region that this participant waits at a channel for a message, and for room. */
    void waitAt(String channel) {
        Channel found = channel(channel);
        new WaiterMarks(structures.words(), register, slot, Channel::receiversAt).set(found);
        new WaiterMarks(structures.words(), register, slot, Channel::sendersAt).set(found);
    }

    /** Whether somebody has rung this participant. */
    boolean isRung() {
        return structures.words().getVolatile(register.at(slot) + ParticipantLayout.BELL) != 0;
    }

    /** Forgets that it was rung. */
    void forgetRings() {
        structures.words().set(register.at(slot) + ParticipantLayout.BELL, 0);
    }

    /** Deletes a channel if it is there and empty. */
    void delete(String channel) {
        long found = structures.channels().find(name(channel));
        if (found != Reference.NONE) {
            structures.channels().delete(structures.channels().open(found));
        }
    }

    /** Finds or creates a channel. */
    Channel channel(String channel) {
        long found = structures.channels().create(name(channel));
        if (found == Reference.NONE) {
            throw new AssertionError("no room for the channel " + channel);
        }
        return structures.channels().open(found);
    }
}

package dev.towpath.shm;

import dev.towpath.Message;
import dev.towpath.MessageHandler;
import dev.towpath.Names;
import dev.towpath.Receiver;
import dev.towpath.shm.memory.CorruptedRegion;
import dev.towpath.shm.store.Batch;
import dev.towpath.shm.store.Mailbox;
import dev.towpath.waiting.Deadline;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Receives from channels of a shared-memory layer.
 *
 * <p>Each call begins with another channel than the one before, so none starves another.
 */
final class SharedMemoryReceiver implements Receiver {

    private final SharedMemoryLayer layer;
    private final List<String> channels;
    private final List<Mailbox> mailboxes;
    private final AtomicInteger turn;
    private final AtomicReference<@Nullable Batch> spareBatch = new AtomicReference<>();

    SharedMemoryReceiver(SharedMemoryLayer layer, List<String> channels, List<Mailbox> mailboxes, int firstTurn) {
        this.layer = layer;
        this.channels = channels;
        this.mailboxes = mailboxes;
        this.turn = new AtomicInteger(firstTurn);
    }

    @Override
    public List<String> channels() {
        return channels;
    }

    @Override
    public Message receive() throws InterruptedException {
        Message message = receiveUntil(Deadline.never().nanos());
        if (message == null) {
            throw new AssertionError("146 years have passed");
        }
        return message;
    }

    @Override
    public @Nullable Message receive(Duration timeout) throws InterruptedException {
        return receiveUntil(Deadline.after(timeout).nanos());
    }

    private @Nullable Message receiveUntil(long deadlineNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Message message = tryReceive();
        if (message != null || deadlineNanos - System.nanoTime() <= 0) {
            return message;
        }
        Attempt attempt = new Attempt();
        try {
            layer.store().waits().forMessage(mailboxes, attempt::make, deadlineNanos);
        } catch (RuntimeException e) {
            throw layer.translate(e);
        }
        return attempt.received;
    }

    /** Tries to receive, and keeps what was received. */
    private final class Attempt {
        private @Nullable Message received;

        boolean make() {
            received = tryReceive();
            return received != null;
        }
    }

    @Override
    public @Nullable Message tryReceive() {
        layer.requireOpen();
        try {
            int first = nextTurn();
            for (int i = 0; i < mailboxes.size(); i++) {
                int place = (first + i) % mailboxes.size();
                Message leftOver = leftOver(place);
                if (leftOver != null) {
                    return leftOver;
                }
                byte[] content = layer.store().messages().take(mailboxes.get(place));
                if (content != null) {
                    return message(place, content);
                }
            }
            return null;
        } catch (RuntimeException e) {
            throw layer.translate(e);
        }
    }

    private int nextTurn() {
        return mailboxes.size() == 1 ? 0 : Math.floorMod(turn.getAndIncrement(), mailboxes.size());
    }

    private Message message(int place, byte[] content) {
        if (!mailboxes.get(place).isPrefixed()) {
            return new Message(channels.get(place), content, layer.codec());
        }
        MemorySegment all = MemorySegment.ofArray(content);
        byte[] payload = Arrays.copyOfRange(content, payloadStart(all), content.length);
        return new Message(fullName(place, all), payload, layer.codec());
    }

    private static int payloadStart(MemorySegment content) {
        int length = content.byteSize() == 0 ? 0 : content.get(ValueLayout.JAVA_BYTE, 0);
        if (length <= 0 || length >= content.byteSize() + 1 || 1 + length > content.byteSize()) {
            throw new CorruptedRegion("a message has a full name of " + length + " characters");
        }
        return 1 + length;
    }

    /** The name that a message says it was sent to: one of its queue. */
    private String fullName(int place, MemorySegment content) {
        byte[] ascii = content.asSlice(1, payloadStart(content) - 1L).toArray(ValueLayout.JAVA_BYTE);
        String name = new String(ascii, StandardCharsets.US_ASCII);
        if (!name.startsWith(channels.get(place)) || !Names.isChannel(name)) {
            throw new CorruptedRegion("a message in " + channels.get(place) + " says that it was sent to another name");
        }
        return name;
    }

    @Override
    public CompletableFuture<Message> receiveAsync() {
        return receiveAsync(UnaryOperator.identity());
    }

    /** Receives, and completes the future with what becomes of the message. */
    CompletableFuture<Message> receiveAsync(UnaryOperator<Message> completion) {
        layer.requireOpen();
        return AsyncReceive.start(this, completion);
    }

    /** Waits until an attempt succeeds; for {@link AsyncReceive}. */
    void await(BooleanSupplier attempt) throws InterruptedException {
        try {
            layer.store()
                    .waits()
                    .forMessage(mailboxes, attempt, Deadline.never().nanos());
        } catch (RuntimeException e) {
            throw layer.translate(e);
        }
    }

    @Override
    public int drain(MessageHandler handler, int limit) {
        Objects.requireNonNull(handler, "handler");
        if (limit < 0) {
            throw new IllegalArgumentException("bad limit " + limit + ": it must be at least 0");
        }
        layer.requireOpen();
        int drained = 0;
        Batch batch = spareBatch.getAndSet(null);
        if (batch == null) {
            batch = layer.store().newBatch();
        }
        int first = nextTurn();
        for (int i = 0; i < mailboxes.size() && drained < limit; i++) {
            int place = (first + i) % mailboxes.size();
            drained += handLeftOver(place, handler, limit - drained);
            while (drained < limit && take(place, batch, limit - drained)) {
                drained += hand(place, batch, handler);
            }
        }
        spareBatch.set(batch);
        return drained;
    }

    private @Nullable Message leftOver(int place) {
        if (layer.leftOvers().isUnused()) {
            return null;
        }
        return layer.leftOvers().poll(channels.get(place), layer.store().nowMillis());
    }

    private int handLeftOver(int place, MessageHandler handler, int limit) {
        int handed = 0;
        while (handed < limit) {
            Message message = leftOver(place);
            if (message == null) {
                break;
            }
            handed++;
            handler.onMessage(message.channel(), MemorySegment.ofArray(message.bytes()));
        }
        return handed;
    }

    private boolean take(int place, Batch batch, int limit) {
        try {
            return layer.store().messages().take(mailboxes.get(place), batch, limit);
        } catch (RuntimeException e) {
            throw layer.translate(e);
        }
    }

    /** Calls the handler with each message of a step; what it has not seen when it throws is left over. */
    private int hand(int place, Batch batch, MessageHandler handler) {
        int handed = 0;
        try {
            for (MemorySegment content = batch.poll(); content != null; content = batch.poll()) {
                handed++;
                if (mailboxes.get(place).isPrefixed()) {
                    handler.onMessage(nameOf(place, content), content.asSlice(payloadStart(content)));
                } else {
                    handler.onMessage(channels.get(place), content);
                }
            }
            return handed;
        } finally {
            keepRest(place, batch);
        }
    }

    private void keepRest(int place, Batch batch) {
        for (MemorySegment content = batch.poll(); content != null; content = batch.poll()) {
            try {
                Message message = message(place, content.toArray(ValueLayout.JAVA_BYTE));
                layer.leftOvers().add(channels.get(place), message, batch.deadlineMillis());
                layer.store().waits().lookAgain();
            } catch (CorruptedRegion e) {
                throw layer.translate(e);
            }
        }
    }

    private String nameOf(int place, MemorySegment content) {
        try {
            return fullName(place, content);
        } catch (CorruptedRegion e) {
            throw layer.translate(e);
        }
    }
}

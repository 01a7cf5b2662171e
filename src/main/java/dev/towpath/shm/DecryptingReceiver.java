package dev.towpath.shm;

import dev.towpath.Message;
import dev.towpath.MessageHandler;
import dev.towpath.Receiver;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Decrypts what another receiver receives; what does not open has been received all the same. */
final class DecryptingReceiver implements Receiver {

    private final SharedMemoryReceiver receiver;
    private final Encryption encryption;

    DecryptingReceiver(SharedMemoryReceiver receiver, Encryption encryption) {
        this.receiver = receiver;
        this.encryption = encryption;
    }

    @Override
    public List<String> channels() {
        return receiver.channels();
    }

    @Override
    public Message receive() throws InterruptedException {
        return encryption.decrypt(receiver.receive());
    }

    @Override
    public @Nullable Message receive(Duration timeout) throws InterruptedException {
        return decrypt(receiver.receive(timeout));
    }

    @Override
    public @Nullable Message tryReceive() {
        return decrypt(receiver.tryReceive());
    }

    private @Nullable Message decrypt(@Nullable Message message) {
        return message == null ? null : encryption.decrypt(message);
    }

    @Override
    public CompletableFuture<Message> receiveAsync() {
        return receiver.receiveAsync(encryption::decrypt);
    }

    @Override
    public int drain(MessageHandler handler, int limit) {
        Objects.requireNonNull(handler, "handler");
        return receiver.drain(
                (channel, payload) -> {
                    byte[] decrypted = encryption.decrypt(channel, payload.toArray(ValueLayout.JAVA_BYTE));
                    handler.onMessage(channel, MemorySegment.ofArray(decrypted));
                },
                limit);
    }
}
